// SPDX-License-Identifier: LGPL-2.1-or-later
// What a later file says put over what earlier ones say (Compose specification, 13-merge.md).
#pragma once

#include "compose/yaml_node.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slipway::compose {

// Names from the document's top: {"services", "web", "ports"}.
using TreePath = std::vector<std::string>;

// OVER put over BASE, both at PATH: mappings merged, lists appended, texts replaced; commands and tests of
// health replaced; what may be a list or a mapping made the same first. Values with !reset or !override are
// left with their tag, so that the result may be put over something else in turn. That entries of a list are
// there once is the readers' business. Throws Failure{invalid_configuration} where the two are of different
// kinds.
YamlNode merged(YamlNode base, const YamlNode& over, TreePath& path);

// Without what has !reset, and without the tags.
void strip_merging(YamlNode& node);

} // namespace slipway::compose
