// SPDX-License-Identifier: LGPL-2.1-or-later
// Membership: which group a container belongs to, and as what (docs/groups.md); kept with it as JSON.
#pragma once

#include "base/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slipway::engine {

struct Membership {
    std::string group;  // empty: none
    std::string member; // what it is there: "web"; others of the group may be the same
    // What the group has made it from, as a digest; empty for one that somebody has put into the group by
    // hand, which the group leaves alone.
    std::string definition;

    bool operator==(const Membership&) const = default;
    bool is_any() const noexcept { return !group.empty(); }
};

// Throws Failure{invalid_name} for what can be no group's name; WHAT is what it is called then.
void check_group_word(std::string_view word, const char* what);

// "slipway-GROUP.slice", escaped as systemd wants it, for which a hyphen is a level; "slipway.slice" for
// none.
std::string slice_of(std::string_view group);

// What a container is found by that others of its group may be too: "GROUP", "MEMBER.GROUP".
std::vector<std::string> shared_names(const Membership& membership);

// For nlohmann's library.
void to_json(Json& json, const Membership& membership);
void from_json(const Json& json, Membership& membership);

} // namespace slipway::engine
