// SPDX-License-Identifier: LGPL-2.1-or-later
// Names: read by ldns, compared by their bytes.
#include "dns-server/name.hpp"

#include "dns-server/ldns.hpp"

#include <algorithm>
#include <ldns/dname.h>

namespace slipway::dns_server {

std::optional<std::string> parse_name(const std::string& text)
{
    const DataHandle name{ldns_dname_new_frm_str(text.c_str())};
    if (text.empty() || text.find('\0') != std::string::npos || !name)
        return std::nullopt;
    return std::string{bytes_of(*name)};
}

std::string lower_case(std::string_view name)
{
    std::string lower{name};
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return lower;
}

bool is_within(std::string_view name, std::string_view zone)
{
    while (name.size() > zone.size())
        name = parent_of(name);
    return name == zone;
}

} // namespace slipway::dns_server
