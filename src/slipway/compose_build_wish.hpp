// SPDX-License-Identifier: LGPL-2.1-or-later
// What a service says of how its image is built, for the programs that build.
#pragma once

#include "compose/project.hpp"
#include "slipway/builder.hpp"
#include "slipway/context.hpp"

#include <string>
#include <vector>

namespace slipway::cli {

// What the command line says beside it.
struct BuildChanges {
    std::vector<std::string> arguments; // "NAME=VALUE"
    bool has_no_cache = false;
    bool pulls = false;
};

// Keys that no builder is told of go to REMARKS. Throws Failure{not_supported}.
BuildWish build_wish_of(const compose::Project& project, const compose::Service& service,
                        const BuildChanges& changes, std::vector<std::string>& remarks);
// Called as the service's image, and by its tags; remarks go to standard error. Throws Failure.
void build_service(Context& context, const compose::Project& project, const compose::Service& service,
                   const BuildChanges& changes);

} // namespace slipway::cli
