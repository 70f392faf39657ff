// SPDX-License-Identifier: LGPL-2.1-or-later
// Checks of a project as a whole: what its parts say of each other.
#pragma once

#include "compose/project.hpp"
#include "compose/yaml_node.hpp"

namespace slipway::compose {

// Throws Failure{invalid_configuration} for services without an image, for what is used and not there, for
// circles of dependencies, and for ports and names that two containers would have. MODEL is what PROJECT was
// read from: it has the places.
void check_project(const Project& project, const YamlNode& model);

// Only the ports that two containers of enabled services would have (check_ports.cpp).
void check_ports(const Project& project, const YamlNode& model);

// Refuses with the place of the value at NAMES, or of what is above it where there is none.
[[noreturn]] void refuse_at(const YamlNode& model, const std::vector<std::string>& names,
                            const std::string& reason);

} // namespace slipway::compose
