// SPDX-License-Identifier: LGPL-2.1-or-later
// GroupDefinition: what a group is to be: its members, what they wait for, and the networks and volumes that
// are made for them (docs/groups.md). Kept as JSON.
#pragma once

#include "engine/container/settings.hpp"
#include "engine/network/settings.hpp"
#include "engine/volume/settings.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::engine {

// What is waited for of another member.
enum class Condition { started, healthy, completed };

struct Dependency {
    std::string member;
    Condition condition = Condition::started;
    bool is_required = true; // without it, it is not waited for where it cannot be had

    bool operator==(const Dependency&) const = default;
};

struct MemberDefinition {
    std::string name;
    ContainerSettings settings; // of each replica; its name is made up unless there is one only
    std::uint32_t replicas = 1;
    std::vector<Dependency> dependencies;
};

struct GroupDefinition {
    std::vector<MemberDefinition> members;
    // Made where they are missing, by their names. Members that name no network are on one of the group's
    // name.
    std::map<std::string, NetworkSpec> networks;
    std::map<std::string, VolumeSettings> volumes;
    Limits limits; // of the slice
    std::map<std::string, std::string> labels;

    const MemberDefinition* find(std::string_view member) const;
};

// Throws Failure{invalid_argument}.
Condition parse_condition(std::string_view text);
std::string_view name_of(Condition condition);

// What can be known to be wrong: names, members that are not there, cycles (which it names), ports and names
// that replicas would have to share. Throws Failure{invalid_name, invalid_argument}.
void check(const GroupDefinition& definition);

// BEFORE with the members ONLY as WHOLE has them, and its networks and volumes too. A dependency on what is
// then no member is left out.
GroupDefinition parts_of(GroupDefinition whole, const std::vector<std::string>& only,
                         const GroupDefinition& before);

// Whether it wants a port of the host's that only one container can have.
bool wants_host_port(const MemberDefinition& member);
// "GROUP-MEMBER-NUMBER".
std::string replica_name(const std::string& group, const std::string& member, unsigned number);

// Members by levels: those of each wait only for those of earlier ones.
std::vector<std::vector<std::string>> levels_of(const GroupDefinition& definition);

// The member's settings as a container NAME of GROUP gets them: on the group's network, where the engine
// makes networks, found there by the member's name.
enum class OwnNetwork { made, none };
ContainerSettings settings_of(const GroupDefinition& definition, const MemberDefinition& member,
                              const std::string& group, const std::string& name, OwnNetwork own);
// A digest of what containers of the member are made from.
std::string digest_of(const GroupDefinition& definition, const MemberDefinition& member,
                      const std::string& group);

Json network_json(const NetworkSpec& spec);
std::string to_json(const GroupDefinition& definition);
GroupDefinition parse_group_definition(std::string_view json);

} // namespace slipway::engine
