// SPDX-License-Identifier: LGPL-2.1-or-later
// Plan: what is to be done with containers for a group to be as it is defined.
#pragma once

#include "engine/group/definition.hpp"

#include <string>
#include <vector>

namespace slipway::engine {

// A container that the group has made.
struct PresentContainer {
    std::string name;
    std::string member;
    bool is_current = false; // made from what the definition says now, and from the image that is meant now
};

struct PlanStep {
    enum class Kind { keep, create, replace, remove };
    Kind kind = Kind::keep;
    std::string member;
    std::string container;

    bool operator==(const PlanStep&) const = default;
};

std::string_view name_of(PlanStep::Kind kind);

// In the order of the members; of each first what stays, then what changes. What is of no member, or one too
// many, goes. A new container has the lowest number that is free: "GROUP-MEMBER-1".
std::vector<PlanStep> plan(const std::string& group, const GroupDefinition& definition,
                           const std::vector<PresentContainer>& present);

} // namespace slipway::engine
