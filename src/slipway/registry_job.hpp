// SPDX-License-Identifier: LGPL-2.1-or-later
// Jobs with a registry, with the user's credentials, their progress shown and Ctrl-C heard.
#pragma once

#include "slipway/context.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

enum class Shown { progress, nothing };

struct EndOfJob {
    std::string path;  // of what it made
    std::string phase; // its last one
};

// BEGIN takes descriptors of the files with credentials and returns the job's path. Throws Failure.
EndOfJob run_registry_job(Context& context, Shown shown,
                          const std::function<async::Task<std::string>(std::vector<int> auths)>& begin);

struct PullWish {
    std::string reference;
    std::optional<std::string> platform;
    bool is_quiet = false;
};

struct Pulled {
    std::string path;
    bool was_here = false; // there was nothing to get
};

// Throws Failure.
Pulled pull_image(Context& context, const PullWish& wish);

} // namespace slipway::cli
