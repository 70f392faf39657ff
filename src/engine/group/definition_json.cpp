// SPDX-License-Identifier: LGPL-2.1-or-later
// GroupDefinition: to JSON and back.
#include "base/failure.hpp"
#include "engine/container/settings_json.hpp"
#include "engine/group/definition.hpp"

namespace slipway::engine {

Json network_json(const NetworkSpec& spec)
{
    return {{"driver", spec.driver},        {"subnets", spec.subnets}, {"gateways", spec.gateways},
            {"ranges", spec.ranges},        {"ip4", spec.has_ip4},     {"ip6", spec.has_ip6},
            {"internal", spec.is_internal}, {"mtu", spec.mtu},         {"interface", spec.interface},
            {"labels", spec.labels},        {"options", spec.options}};
}

namespace {

NetworkSpec read_network(const Json& json)
{
    NetworkSpec spec;
    json.at("driver").get_to(spec.driver);
    json.at("subnets").get_to(spec.subnets);
    json.at("gateways").get_to(spec.gateways);
    json.at("ranges").get_to(spec.ranges);
    json.at("ip4").get_to(spec.has_ip4);
    json.at("ip6").get_to(spec.has_ip6);
    json.at("internal").get_to(spec.is_internal);
    json.at("mtu").get_to(spec.mtu);
    json.at("interface").get_to(spec.interface);
    json.at("labels").get_to(spec.labels);
    json.at("options").get_to(spec.options);
    return spec;
}

} // namespace

std::string to_json(const GroupDefinition& definition)
{
    Json members = Json::array();
    for (const MemberDefinition& member : definition.members) {
        Json dependencies = Json::array();
        for (const Dependency& one : member.dependencies)
            dependencies.push_back({{"member", one.member},
                                    {"condition", name_of(one.condition)},
                                    {"required", one.is_required}});
        members.push_back({{"name", member.name},
                           {"settings", settings_json(member.settings)},
                           {"replicas", member.replicas},
                           {"dependencies", std::move(dependencies)}});
    }
    Json networks = Json::object();
    for (const auto& [name, spec] : definition.networks)
        networks[name] = network_json(spec);
    Json volumes = Json::object();
    for (const auto& [name, settings] : definition.volumes)
        volumes[name] = {{"labels", settings.labels}, {"options", settings.options}};
    try {
        return json_text(Json{{"members", std::move(members)},
                              {"networks", std::move(networks)},
                              {"volumes", std::move(volumes)},
                              {"limits", definition.limits},
                              {"labels", definition.labels}});
    } catch (const Json::exception&) {
        throw Failure{ErrorCode::invalid_argument, "a setting is not UTF-8 text"};
    }
}

GroupDefinition parse_group_definition(std::string_view text)
{
    const Json json = parse_json(text);
    GroupDefinition definition;
    for (const Json& item : json.at("members")) {
        MemberDefinition& member = definition.members.emplace_back();
        item.at("name").get_to(member.name);
        member.settings = read_settings_json(item.at("settings"));
        item.at("replicas").get_to(member.replicas);
        for (const Json& one : item.at("dependencies"))
            member.dependencies.push_back({one.at("member").get<std::string>(),
                                           parse_condition(one.at("condition").get_ref<const std::string&>()),
                                           one.at("required").get<bool>()});
    }
    for (const auto& [name, spec] : json.at("networks").items())
        definition.networks[name] = read_network(spec);
    for (const auto& [name, settings] : json.at("volumes").items())
        definition.volumes[name] = {settings.at("labels").get<std::map<std::string, std::string>>(),
                                    settings.at("options").get<std::map<std::string, std::string>>()};
    json.at("limits").get_to(definition.limits);
    json.at("labels").get_to(definition.labels);
    return definition;
}

} // namespace slipway::engine
