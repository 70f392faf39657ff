// SPDX-License-Identifier: LGPL-2.1-or-later
// Names as they travel: labels with their lengths before them, the root's empty one last (RFC 1035, 3.1).
//
// A name in lower case is a key: two names are the same name where these bytes are (RFC 4343).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slipway::dns_server {

// TEXT as in a zone's file, with or without the last dot; nothing for what is no name.
std::optional<std::string> parse_name(const std::string& text);

// Of a name on the wire; lengths are no letters.
std::string lower_case(std::string_view name);

inline bool is_root(std::string_view name)
{
    return name.size() <= 1;
}

// NAME without its first label, or all of it; not of the root.
inline std::string_view parent_of(std::string_view name)
{
    return name.substr(1U + static_cast<unsigned char>(name.front()));
}

inline std::string_view first_label(std::string_view name)
{
    return name.substr(1, static_cast<unsigned char>(name.front()));
}

// Whether NAME is ZONE or below it; both in lower case.
bool is_within(std::string_view name, std::string_view zone);

} // namespace slipway::dns_server
