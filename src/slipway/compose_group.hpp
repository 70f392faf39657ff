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
    // Of the host, which are mounted and made where they are missing.
    std::vector<std::string> directories;
};

// Those of the services that are enabled. Throws Failure{invalid_configuration, not_supported}.
ComposeGroup group_of(const compose::Project& project);

// The services that their files say are replaced one container after the other (deploy.update_config).
std::vector<std::string> rolling_services(const compose::Project& project);

// Its image; what is built without a name of its own is called PROJECT-SERVICE. Throws
// Failure{invalid_configuration} where it has neither image nor build.
std::string image_of(const compose::Project& project, const compose::Service& service);

// Into SETTINGS; the keys that nobody acts on.
std::vector<std::string> apply_resources(const compose::Resources& resources,
                                         client::ContainerSettings& settings);

// One service as a container's settings, as far as a container has them; GROUP gets the remarks and
// directories.
client::ContainerSettings container_of(const compose::Project& project, const compose::Service& service,
                                       ComposeGroup& group);

} // namespace slipway::cli
