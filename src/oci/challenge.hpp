// SPDX-License-Identifier: LGPL-2.1-or-later
// Challenge: how a server wants to be convinced, as its WWW-Authenticate header says (RFC 9110, section 11).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

struct Challenge {
    std::string scheme;                        // lower case: "bearer"
    std::map<std::string, std::string> values; // names in lower case: "realm"
    std::string token68;                       // of schemes that have no parameters

    // Empty where there is none.
    std::string value(const std::string& name) const;
    bool operator==(const Challenge&) const = default;
};

// The challenges of one header, in order; nothing where it does not follow the grammar.
std::optional<std::vector<Challenge>> parse_challenges(std::string_view header);

} // namespace slipway::oci
