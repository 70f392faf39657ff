// SPDX-License-Identifier: LGPL-2.1-or-later
// A Compose project as the engine's group.
#pragma once

#include "client/group.hpp"
#include "compose/project.hpp"

#include <string>
#include <vector>

namespace slipway::cli {

struct ComposeGroup {
    client::GroupSettings settings;
    // What the files say and nobody acts on: "FILE:LINE: KEY …" or "services.web: …".
    std::vector<std::string> remarks;
};

// Those of the services that are enabled. Throws Failure{invalid_configuration, not_supported}.
ComposeGroup group_of(const compose::Project& project);

// One service as a container's settings, as far as a container has them; REMARKS gets the rest.
client::ContainerSettings container_of(const compose::Project& project, const compose::Service& service,
                                       std::vector<std::string>& remarks);

} // namespace slipway::cli
