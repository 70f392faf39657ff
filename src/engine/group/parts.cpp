// SPDX-License-Identifier: LGPL-2.1-or-later
// parts_of(): some members of a definition put into another one.
#include "engine/group/apply_wish.hpp"

#include <algorithm>

namespace slipway::engine {

bool ApplyWish::concerns(const std::string& member) const
{
    return !only || std::find(only->begin(), only->end(), member) != only->end();
}

Replacing ApplyWish::replacing_of(const std::string& member) const
{
    const bool is_named = std::find(rolling.begin(), rolling.end(), member) != rolling.end();
    return is_named ? Replacing::rolling : replacing;
}

GroupDefinition parts_of(GroupDefinition whole, const std::vector<std::string>& only,
                         const GroupDefinition& before)
{
    GroupDefinition result = before;
    std::erase_if(result.members, [&only](const MemberDefinition& member) {
        return std::find(only.begin(), only.end(), member.name) != only.end();
    });
    for (MemberDefinition& member : whole.members)
        if (std::find(only.begin(), only.end(), member.name) != only.end())
            result.members.push_back(std::move(member));
    for (auto& [name, network] : whole.networks)
        result.networks[name] = std::move(network);
    for (auto& [name, volume] : whole.volumes)
        result.volumes[name] = std::move(volume);
    for (auto& [key, value] : whole.labels)
        result.labels[key] = value;
    for (MemberDefinition& member : result.members)
        std::erase_if(member.dependencies, [&result](const Dependency& dependency) {
            return result.find(dependency.member) == nullptr;
        });
    return result;
}

} // namespace slipway::engine
