// SPDX-License-Identifier: LGPL-2.1-or-later
// A project's tree as text that is read as the same tree: YAML or JSON.
#pragma once

#include "compose/yaml_node.hpp"

#include <string>

namespace slipway::cli {

// Dollar signs are doubled, since readers replace variables. Both end with a newline.
std::string yaml_text(const compose::YamlNode& tree);
std::string json_text(const compose::YamlNode& tree);

} // namespace slipway::cli
