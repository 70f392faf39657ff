// SPDX-License-Identifier: LGPL-2.1-or-later
// A Compose project as a group: services are members, with the project's networks and volumes.
#include "slipway/compose_group.hpp"

#include "base/failure.hpp"

namespace slipway::cli {

namespace {

const char* name_of(compose::Dependency::Condition condition)
{
    switch (condition) {
    case compose::Dependency::Condition::started:
        return "started";
    case compose::Dependency::Condition::healthy:
        return "healthy";
    case compose::Dependency::Condition::completed:
        break;
    }
    return "completed";
}

// What of an update our way of rolling has no word for. All at once is how it is without any.
bool is_another_way(const compose::UpdatePolicy& update)
{
    using OnFailure = compose::UpdatePolicy::OnFailure;
    return update.parallelism != 0 &&
           (update.parallelism > 1 || !update.starts_first || update.on_failure != OnFailure::roll_back ||
            update.delay.count() != 0 || update.monitor.count() != 0 || update.failure_ratio != 0);
}

client::MemberSettings member_of(const compose::Project& project, const compose::Service& service,
                                 ComposeGroup& group)
{
    std::vector<std::string>& remarks = group.remarks;
    client::MemberSettings member;
    member.name = service.name;
    member.container = container_of(project, service, group);
    member.replicas = service.deploy.replicas;
    if (service.deploy.mode != compose::Deploy::Mode::replicated)
        remarks.push_back("services." + service.name +
                          ".deploy.mode: is not acted on: one host has the replicas that it is told to have");
    if (service.deploy.update && is_another_way(*service.deploy.update))
        remarks.push_back(
            "services." + service.name +
            ".deploy.update_config: 'up' replaces one container after the other, the new one first "
            "where both can be and healthy before the next, and puts all back where one is not");
    for (const auto& [name, dependency] : service.dependencies) {
        const auto other = project.services.find(name);
        if (other == project.services.end() || !other->second.is_enabled)
            continue; // the files were checked: it may be missing
        member.dependencies.push_back({name, name_of(dependency.condition), dependency.is_required});
        if (dependency.restarts)
            remarks.push_back("services." + service.name + ".depends_on." + name +
                              ".restart: is not acted on");
    }
    return member;
}

client::NetworkSettings network_of(const compose::Network& network, std::vector<std::string>& remarks)
{
    client::NetworkSettings settings;
    if (!network.driver.empty() && network.driver != "default")
        settings.driver = network.driver;
    for (const compose::Subnet& subnet : network.subnets) {
        if (!subnet.subnet.empty())
            settings.subnets.push_back(subnet.subnet);
        if (!subnet.gateway.empty())
            settings.gateways.push_back(subnet.gateway);
        if (!subnet.range.empty())
            settings.ranges.push_back(subnet.range);
        if (!subnet.reserved.empty())
            remarks.push_back("networks." + network.key + ".ipam.config.aux_addresses: is not acted on");
    }
    settings.has_ip4 = network.has_ipv4.value_or(true);
    settings.has_ip6 = network.has_ipv6.value_or(true);
    settings.is_internal = network.is_internal;
    settings.labels = network.labels;
    for (const auto& [key, value] : network.driver_options) {
        if (key == "com.docker.network.driver.mtu")
            settings.mtu = static_cast<std::uint32_t>(std::stoul(value));
        else if (key == "parent" || key == "mode" || key == "macvlan_mode" || key == "ipvlan_mode")
            settings.options[key == "parent" ? key : "mode"] = value;
        else
            remarks.push_back("networks." + network.key + ".driver_opts." + key + ": is not acted on");
    }
    return settings;
}

} // namespace

std::vector<std::string> rolling_services(const compose::Project& project)
{
    std::vector<std::string> names;
    for (const auto& [name, service] : project.services)
        if (service.is_enabled && service.deploy.update && service.deploy.update->parallelism != 0)
            names.push_back(name); // NOLINT(performance-inefficient-vector-operation)
    return names;
}

ComposeGroup group_of(const compose::Project& project)
{
    ComposeGroup group;
    for (const compose::Note& note : project.unheeded)
        group.remarks.push_back(note.file + ":" + std::to_string(note.line) + ": " + note.path + " " +
                                note.reason);
    for (const compose::Note& note : project.warnings)
        group.remarks.push_back(note.file + ":" + std::to_string(note.line) + ": " + note.path + " " +
                                note.reason);
    for (const auto& [name, service] : project.services)
        if (service.is_enabled)
            group.settings.members.push_back(member_of(project, service, group));
    for (const auto& [key, network] : project.networks)
        if (!network.is_external)
            group.settings.networks[network.name] = network_of(network, group.remarks);
    for (const auto& [key, volume] : project.volumes) {
        if (volume.is_external)
            continue;
        if (!volume.driver.empty() && volume.driver != "local")
            throw Failure{ErrorCode::not_supported,
                          "volumes." + key + ".driver: there is no driver " + volume.driver};
        group.settings.volumes[volume.name] = {volume.labels, volume.driver_options};
    }
    group.settings.labels["com.docker.compose.project"] = project.name;
    return group;
}

} // namespace slipway::cli
