// SPDX-License-Identifier: LGPL-2.1-or-later
// PlaceName: a registry or a part of its repositories: "host[:port][/path]", "*.example.com".
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace slipway::oci {

struct PlaceName {
    enum class Wildcard { refused, allowed };

    std::string host;
    std::string path; // empty: all of the host's

    // Refuses with invalid_argument, saying what is wrong.
    static Result<PlaceName> parse(std::string_view text, Wildcard wildcard);
};

// "host", "host:port" or "[address]:port", by the grammar of references.
bool is_registry_host(std::string_view text);

} // namespace slipway::oci
