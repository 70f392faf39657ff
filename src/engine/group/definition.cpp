// SPDX-License-Identifier: LGPL-2.1-or-later
// GroupDefinition: checked, and its members' settings completed from it.
#include "engine/group/definition.hpp"

#include "base/failure.hpp"
#include "engine/container/settings_json.hpp"
#include "hashing/sha256.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace slipway::engine {

namespace {

constexpr std::array<std::string_view, 3> condition_names{"started", "healthy", "completed"};
constexpr std::uint32_t most_replicas = 1000;

Failure wrong(const std::string& member, const std::string& what)
{
    return Failure{ErrorCode::invalid_argument, "member " + member + ": " + what};
}

// Depth first; WAY is what leads here.
void look_for_cycles(const GroupDefinition& definition, const std::string& member,
                     std::vector<std::string>& way, std::set<std::string>& good)
{
    if (good.contains(member))
        return;
    const auto seen = std::find(way.begin(), way.end(), member);
    if (seen != way.end()) {
        std::string cycle;
        for (auto step = seen; step != way.end(); ++step)
            cycle += *step + " waits for ";
        throw Failure{ErrorCode::invalid_argument,
                      "the members wait for each other: " + cycle + member + ": leave one of these out"};
    }
    way.push_back(member);
    for (const Dependency& dependency : definition.find(member)->dependencies)
        look_for_cycles(definition, dependency.member, way, good);
    way.pop_back();
    good.insert(member);
}

void check_member(const GroupDefinition& definition, const MemberDefinition& member)
{
    try {
        check_name(member.name); // a part of its containers' names, and of the domain's
    } catch (const Failure& failure) {
        throw failure.within("member");
    }
    if (member.settings.image.empty())
        throw wrong(member.name, "it has no image (Image)");
    if (member.settings.is_auto_removed)
        throw wrong(member.name, "a group removes its containers itself (AutoRemove)");
    if (member.replicas > most_replicas)
        throw wrong(member.name, std::to_string(most_replicas) + " replicas are the most");
    if (member.replicas > 1 && !member.settings.name.empty())
        throw wrong(member.name, "its replicas cannot all be called " + member.settings.name);
    if (!member.settings.name.empty())
        check_name(member.settings.name);
    if (member.replicas > 1 && wants_host_port(member))
        throw wrong(member.name, "its replicas cannot all have one port of the host's (" +
                                     member.settings.network.ports.front() + "): name only the container's");
    for (const Dependency& dependency : member.dependencies) {
        const MemberDefinition* const other = definition.find(dependency.member);
        if (other == nullptr)
            throw wrong(member.name, "waits for " + dependency.member + ", which is no member");
    }
}

} // namespace

const MemberDefinition* GroupDefinition::find(std::string_view member) const
{
    const auto found = std::find_if(members.begin(), members.end(),
                                    [member](const MemberDefinition& one) { return one.name == member; });
    return found == members.end() ? nullptr : &*found;
}

// "8080:80" wants one port of the host, "80" any.
bool wants_host_port(const MemberDefinition& member)
{
    for (const std::string& text : member.settings.network.ports) {
        const std::vector<PublishedPort> ports = parse_published(text);
        if (std::any_of(ports.begin(), ports.end(),
                        [](const PublishedPort& port) { return port.host_port != 0; }))
            return true;
    }
    return false;
}

std::string replica_name(const std::string& group, const std::string& member, unsigned number)
{
    return group + '-' + member + '-' + std::to_string(number);
}

Condition parse_condition(std::string_view text)
{
    const auto* const found = std::find(condition_names.begin(), condition_names.end(), text);
    if (found == condition_names.end())
        throw Failure{ErrorCode::invalid_argument, "a member is waited for until it is started, healthy or "
                                                   "completed, not '" +
                                                       std::string{text} + "'"};
    return static_cast<Condition>(found - condition_names.begin());
}

std::string_view name_of(Condition condition)
{
    return condition_names.at(static_cast<std::size_t>(condition));
}

void check(const GroupDefinition& definition)
{
    std::set<std::string> names;
    std::set<std::string> containers;
    for (const MemberDefinition& member : definition.members) {
        if (!names.insert(member.name).second)
            throw wrong(member.name, "is named twice");
        if (!member.settings.name.empty() && !containers.insert(member.settings.name).second)
            throw wrong(member.name, "another member's container is called " + member.settings.name);
        check_member(definition, member);
    }
    std::set<std::string> good;
    std::vector<std::string> way;
    for (const MemberDefinition& member : definition.members)
        look_for_cycles(definition, member.name, way, good);
    check_limits(definition.limits);
}

std::vector<std::vector<std::string>> levels_of(const GroupDefinition& definition)
{
    std::vector<std::vector<std::string>> levels;
    std::set<std::string> placed;
    while (placed.size() < definition.members.size()) {
        std::vector<std::string> level;
        for (const MemberDefinition& member : definition.members)
            if (!placed.contains(member.name) &&
                std::all_of(member.dependencies.begin(), member.dependencies.end(),
                            [&placed](const Dependency& one) { return placed.contains(one.member); }))
                level.push_back(member.name);
        placed.insert(level.begin(), level.end());
        levels.push_back(std::move(level));
    }
    return levels;
}

namespace {

bool is_for_boots(const MemberDefinition& member)
{
    return parse_restart_policy(member.settings.restart).is_for_boots();
}

// Boots keep the order too: systemd knows it from the services.
void add_order(const GroupDefinition& definition, const MemberDefinition& member, const std::string& group,
               ContainerSettings& settings)
{
    if (!is_for_boots(member))
        return;
    for (const Dependency& dependency : member.dependencies) {
        const MemberDefinition* const other = definition.find(dependency.member);
        if (other == nullptr || !is_for_boots(*other))
            continue;
        std::string after = "After=";
        for (unsigned number = 1; number <= other->replicas; ++number)
            after
                .append(placement::service_name(other->settings.name.empty()
                                                    ? replica_name(group, other->name, number)
                                                    : other->settings.name))
                .append(" ");
        settings.properties.push_back(std::move(after));
    }
    const bool is_awaited = std::ranges::any_of(definition.members, [&member](const MemberDefinition& other) {
        return std::ranges::any_of(other.dependencies, [&member](const Dependency& dependency) {
            return dependency.member == member.name && dependency.condition == Condition::healthy;
        });
    });
    if (is_awaited && !settings.notifies && !settings.health.test.empty())
        settings.is_ready_when_healthy = true;
}

} // namespace

ContainerSettings settings_of(const GroupDefinition& definition, const MemberDefinition& member,
                              const std::string& group, const std::string& name, OwnNetwork own)
{
    ContainerSettings settings = member.settings;
    settings.name = name;
    settings.membership = {group, member.name, digest_of(definition, member, group)};
    add_order(definition, member, group, settings);
    std::vector<std::string>& networks = settings.network.networks;
    if (networks.empty() && own == OwnNetwork::made)
        networks.push_back(group);
    // Where others can look for it at all.
    for (std::string& network : networks)
        if (network != "none" && network != "host" && !network.starts_with("container:") &&
            !network.starts_with("ns:"))
            network += (network.find(':') == std::string::npos ? ":alias=" : ",alias=") + member.name;
    return settings;
}

std::string digest_of(const GroupDefinition& definition, const MemberDefinition& member,
                      const std::string& group)
{
    Json json{{"group", group}, {"settings", settings_json(member.settings)}};
    // A network that is another one is made anew, and its containers with it.
    for (const std::string& wish : member.settings.network.networks) {
        const auto network = definition.networks.find(wish.substr(0, wish.find(':')));
        if (network != definition.networks.end())
            json["networks"][network->first] = network_json(network->second);
    }
    return hashing::digest_of(json_text(json)).hex();
}

} // namespace slipway::engine
