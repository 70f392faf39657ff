// SPDX-License-Identifier: LGPL-2.1-or-later
// Url: what of an address matters: where it leads to, and what it is relative to another one.
#pragma once

#include <string>
#include <string_view>

namespace slipway::registry_client {

struct Url {
    std::string text;   // without user and fragment
    std::string scheme; // "https"
    std::string origin; // "https://host:443": equal for equal servers
    std::string host;   // "host", "host:5000": the port only where it is not the scheme's

    // Of http and https only. Throws Failure{registry_failed}.
    static Url parse(std::string_view text);
    // What REFERENCE, as in a Location header, means at this address. Throws Failure{registry_failed}.
    Url resolve(std::string_view reference) const;
    // With NAME=VALUE behind the query.
    Url with_query(std::string_view name, std::string_view value) const;
};

// For a query or a form: all but letters, digits, '-', '_', '.' and '~' as %XX.
std::string url_escaped(std::string_view text);

} // namespace slipway::registry_client
