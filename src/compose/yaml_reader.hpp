// SPDX-License-Identifier: LGPL-2.1-or-later
// YAML as nodes that know their place, with aliases and merge keys written out.
#pragma once

#include "compose/yaml_node.hpp"

#include <string_view>
#include <vector>

namespace slipway::compose {

// The documents of TEXT, which SOURCE names; empty ones are left out. A merge key ("<<") has put what it
// names into its mapping. SOURCE has to outlive them. Throws Failure{invalid_configuration} for what is no
// YAML, for names that are no text or come twice, for tags other than YAML's own, !reset and !override, and
// for what is nested too deeply or too large once its aliases are written out.
std::vector<YamlNode> read_yaml(std::string_view text, const Source& source);

} // namespace slipway::compose
