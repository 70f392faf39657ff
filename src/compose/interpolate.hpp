// SPDX-License-Identifier: LGPL-2.1-or-later
// Interpolation: variables put into texts (Compose specification, 12-interpolation.md).
#pragma once

#include "compose/yaml_node.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::compose {

using Lookup = std::function<std::optional<std::string>(const std::string& name)>;
// Is told of a variable that is not set and has no default.
using OnUnset = std::function<void(const std::string& name)>;

// TEXT with $NAME, ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:?message}, ${NAME?message},
// ${NAME:+instead} and ${NAME+instead} replaced, and $$ made $; any other $ stays. What follows the operator
// is interpolated too, if it is used. Throws Failure{invalid_configuration} for an unended or malformed ${,
// for a variable that must be set, and for what becomes larger than a mebibyte.
std::string interpolate(std::string_view text, const Lookup& lookup, const OnUnset& on_unset);

// The same for all values in NODE, from the environment of its source; names, and x- keys of the top, stay.
// PATH is what refusals call it. ON_UNSET is told the place too. Refuses what grows to more than 16 MiB in
// all.
void interpolate(YamlNode& node, const std::string& path,
                 const std::function<void(const YamlNode& where, const std::string& name)>& on_unset);

} // namespace slipway::compose
