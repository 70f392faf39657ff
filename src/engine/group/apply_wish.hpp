// SPDX-License-Identifier: LGPL-2.1-or-later
// ApplyWish: how a group is made what its definition says, and how much of it.
#pragma once

#include "engine/group/definition.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

// How containers that are to be other ones are replaced.
enum class Replacing {
    at_once, // all of a member, as soon as what it waits for is there
    rolling, // one after the other, each healthy before the next; else all of the member is as before
};

// Which containers count as being other ones than they are to be.
enum class Renewal { changed, always, never };

struct ApplyWish {
    Replacing replacing = Replacing::at_once;
    // These members are rolled whatever the others are.
    std::vector<std::string> rolling;
    Renewal renewal = Renewal::changed;
    // Members; all others stay as they are, defined or not. Nothing: all.
    std::optional<std::vector<std::string>> only;
    // Done when all are healthy, or have completed where that is waited for.
    bool is_patient = false;
    // What somebody outside the group waits for: done when these members are so.
    std::map<std::string, Condition> awaited;

    bool concerns(const std::string& member) const;
    Replacing replacing_of(const std::string& member) const;
};

} // namespace slipway::engine
