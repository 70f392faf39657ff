// SPDX-License-Identifier: LGPL-2.1-or-later
// How refusals name a place: "compose.yaml:12:5: services.web.ports[1]: …".
#pragma once

#include "base/failure.hpp"
#include "compose/yaml_node.hpp"

#include <string>
#include <string_view>

namespace slipway::compose {

// "compose.yaml:12:5".
std::string text_of(const Mark& mark);

// PATH may be empty.
[[noreturn]] void refuse(const Mark& mark, std::string_view path, const std::string& reason,
                         ErrorCode code = ErrorCode::invalid_configuration);

// "services" + "web": "services.web"; a name with a dot or a bracket in it is put in quotes.
std::string member_path(std::string_view path, std::string_view name);
// "ports" + 1: "ports[1]".
std::string entry_path(std::string_view path, std::size_t index);

// A word of a file for a message: in quotes, in one line, and not too long.
std::string in_quotes(std::string_view word);

} // namespace slipway::compose
