// SPDX-License-Identifier: LGPL-2.1-or-later
// JSON read and written (RFC 8259). nlohmann's own parse() and dump() are templates that cost each source
// that calls them two seconds of the compiler; these are compiled once.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

// What every source would otherwise instantiate for itself.
extern template class nlohmann::basic_json<>;

namespace slipway {

using Json = nlohmann::json;

// A discarded value when the text is no JSON: is_discarded() tells, and at() and value() of it throw.
Json parse_json(std::string_view text);

// What becomes of bytes that are no UTF-8: Json::exception, or U+FFFD.
enum class StrayBytes { refused, replaced };

// In one line, or with so many spaces of indentation a level.
std::string json_text(const Json& value, StrayBytes stray = StrayBytes::refused, int indent = -1);

} // namespace slipway
