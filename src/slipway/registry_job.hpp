// SPDX-License-Identifier: LGPL-2.1-or-later
// Jobs with a registry, with the user's credentials, their progress shown and Ctrl-C heard.
#pragma once

#include "base/fd.hpp"
#include "slipway/context.hpp"
#include "slipway/retries.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

// How far it is: each part, one line for all on a terminal, nothing.
enum class Shown { progress, line, nothing };

struct EndOfJob {
    std::string job;   // its own path
    std::string path;  // of what it made
    std::string phase; // its last one
};

// Their numbers, which are good for as long as FILES lives.
std::vector<int> numbers_of(const std::vector<Fd>& files);

// BEGIN takes the descriptors of AUTHS, memory files with credentials, and returns the job's path. Throws
// Failure.
EndOfJob run_registry_job(Context& context, Shown shown, const std::vector<Fd>& auths,
                          const std::function<async::Task<std::string>(std::vector<int> auths)>& begin);

struct PullWish {
    std::string reference;
    std::optional<std::string> platform;
    std::string auth_file; // the only one with credentials, if it is not empty
    bool is_quiet = false;
    bool is_for_all = false; // platforms
    Retries retries{};
};

struct Pulled {
    std::string path;
    bool was_here = false; // there was nothing to get
};

// Throws Failure.
Pulled pull_image(Context& context, const PullWish& wish);

} // namespace slipway::cli
