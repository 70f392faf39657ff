// SPDX-License-Identifier: LGPL-2.1-or-later
// Plan: the difference between what is there and what is meant.
#include "engine/group/plan.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace slipway::engine {

namespace {

// Numbers by their value: web-2 before web-10.
bool comes_first(const PresentContainer& one, const PresentContainer& other)
{
    return std::pair{one.name.size(), one.name} < std::pair{other.name.size(), other.name};
}

std::string free_name(const std::string& group, const MemberDefinition& member, std::set<std::string>& taken)
{
    if (!member.settings.name.empty())
        return member.settings.name;
    for (unsigned number = 1;; ++number)
        if (std::string name = replica_name(group, member.name, number); taken.insert(name).second)
            return name;
}

void plan_member(const std::string& group, const MemberDefinition& member,
                 const std::vector<PresentContainer>& present, std::vector<PlanStep>& steps)
{
    using Kind = PlanStep::Kind;
    std::vector<PresentContainer> mine;
    std::set<std::string> taken;
    for (const PresentContainer& one : present)
        if (one.member == member.name) {
            mine.push_back(one);
            taken.insert(one.name);
        }
    // Another name of its own is another container.
    const std::string& own = member.settings.name;
    std::stable_sort(mine.begin(), mine.end(),
                     [&own](const PresentContainer& one, const PresentContainer& other) {
                         return (one.name == own) > (other.name == own) ||
                                ((one.name == own) == (other.name == own) && comes_first(one, other));
                     });
    for (std::uint32_t i = 0; i < std::max<std::size_t>(member.replicas, mine.size()); ++i) {
        const bool is_wanted = i < member.replicas;
        if (i >= mine.size())
            steps.push_back({Kind::create, member.name, free_name(group, member, taken)});
        else if (!is_wanted)
            steps.push_back({Kind::remove, member.name, mine[i].name});
        else if (!own.empty() && mine[i].name != own) {
            steps.push_back({Kind::remove, member.name, mine[i].name});
            steps.push_back({Kind::create, member.name, own});
        } else
            steps.push_back({mine[i].is_current ? Kind::keep : Kind::replace, member.name, mine[i].name});
    }
}

} // namespace

std::string_view name_of(PlanStep::Kind kind)
{
    constexpr std::array<std::string_view, 4> names{"keep", "create", "replace", "remove"};
    return names.at(static_cast<std::size_t>(kind));
}

std::vector<PlanStep> plan(const std::string& group, const GroupDefinition& definition,
                           const std::vector<PresentContainer>& present)
{
    std::vector<PlanStep> steps;
    for (const PresentContainer& one : present)
        if (definition.find(one.member) == nullptr)
            steps.push_back({PlanStep::Kind::remove, one.member, one.name});
    for (const MemberDefinition& member : definition.members)
        plan_member(group, member, present, steps);
    return steps;
}

} // namespace slipway::engine
