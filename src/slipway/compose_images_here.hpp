// SPDX-License-Identifier: LGPL-2.1-or-later
// The images of services brought here: built, pulled, or found.
#pragma once

#include "compose/project.hpp"
#include "slipway/context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

struct ImagesWish {
    // In place of what the services say: always, missing, never or build.
    std::optional<compose::PullPolicy::When> policy;
    bool builds = false; // those of services with a build, though they are here
    bool is_quiet = false;
};

// "always", "missing", "never", "build". Throws UsageError.
compose::PullPolicy::When read_pull_policy(const std::string& word);

// Those of SERVICES, each once. Throws what a build or a pull throws, and Failure{no_such_image} where
// nothing may be pulled.
void bring_images(Context& context, const compose::Project& project, const std::vector<std::string>& services,
                  const ImagesWish& wish);

} // namespace slipway::cli
