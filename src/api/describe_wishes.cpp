// SPDX-License-Identifier: LGPL-2.1-or-later
// What was asked for a container: from its specification back to docker's words.
#include "api/describe_wishes.hpp"

#include <algorithm>

namespace slipway::api {

namespace {

using Words = std::vector<std::string>;

Words without(const Words& words, const Words& others)
{
    Words rest;
    std::copy_if(words.begin(), words.end(), std::back_inserter(rest), [&others](const std::string& word) {
        return std::find(others.begin(), others.end(), word) == others.end();
    });
    return rest;
}

const char* user_namespace_word(engine::UserNamespace kind)
{
    switch (kind) {
    case engine::UserNamespace::keep:
        return "keep";
    case engine::UserNamespace::host:
        return "host";
    case engine::UserNamespace::own:
        break;
    }
    return "auto";
}

Words security_options(const engine::Security& security)
{
    Words options;
    if (security.is_privileged)
        return options; // it is all of them
    if (security.has_new_privileges)
        options.emplace_back("no-new-privileges=false");
    if (security.is_unconfined)
        options.emplace_back("seccomp=unconfined");
    else if (security.seccomp)
        options.emplace_back("seccomp=profile");
    if (security.has_open_system_paths)
        options.emplace_back("systempaths=unconfined");
    return options;
}

// "NAME:ip=…,alias=…": as --network takes them.
std::string connection_word(const engine::Connection& connection)
{
    std::string options;
    const auto add = [&options](const char* key, const std::string& value) {
        options.append(options.empty() ? ":" : ",").append(key).append("=").append(value);
    };
    if (connection.ip4)
        add("ip", connection.ip4->text());
    if (connection.ip6)
        add("ip6", connection.ip6->text());
    if (connection.mac)
        add("mac", connection.mac->text());
    for (const std::string& alias : connection.aliases)
        add("alias", alias);
    return connection.network + options;
}

Words network_words(const engine::NetworkPlan& plan)
{
    Words words;
    for (const engine::Connection& connection : plan.connections)
        words.push_back(connection_word(connection));
    if (plan.kind != engine::NetworkKind::own)
        words.push_back(engine::mode_of(plan));
    return words;
}

// "ADDRESS:PORT:PORT/PROTOCOL": as --publish takes them.
Words port_words(const engine::NetworkPlan& plan)
{
    Words words;
    words.reserve(plan.ports.size());
    for (const engine::PublishedPort& published : plan.ports) {
        std::string word;
        if (published.host_address) {
            const std::string address = published.host_address->text();
            word = address.find(':') == std::string::npos ? address + ':' : '[' + address + "]:";
        }
        if (!published.is_any)
            word += std::to_string(published.host_port);
        if (!word.empty())
            word += ':';
        words.push_back(word + published.port.text());
    }
    return words;
}

Json devices_json(const engine::Security& security)
{
    Json devices = Json::array();
    for (const oci::Device& device : security.devices)
        devices.push_back(
            {{"PathInContainer", device.path}, {"Major", device.major}, {"Minor", device.minor}});
    return devices;
}

Words exposed_words(const engine::NetworkPlan& plan)
{
    Words words;
    words.reserve(plan.exposed.size());
    for (const engine::Port& port : plan.exposed)
        words.push_back(port.text());
    return words;
}

} // namespace

Json wishes_json(const engine::ContainerSpec& spec)
{
    const engine::Security& security = spec.security;
    const engine::Surroundings& surroundings = spec.surroundings;
    const Words usual = security.is_privileged ? engine::all_capabilities() : engine::default_capabilities();
    return {{"Privileged", security.is_privileged},
            {"ReadonlyRootfs", surroundings.has_read_only_root},
            {"UsernsMode", user_namespace_word(security.user_namespace)},
            {"SecurityOpt", security_options(security)},
            {"CapAdd", without(security.capabilities, usual)},
            {"CapDrop", without(usual, security.capabilities)},
            {"Devices", devices_json(security)},
            {"CdiDevices", security.cdi_devices},
            {"Ulimits", surroundings.ulimits},
            {"GroupAdd", surroundings.groups},
            {"Sysctls", surroundings.sysctls},
            {"ShmSize", surroundings.shm_size},
            {"OomScoreAdj", surroundings.oom_score_adjust},
            {"HostNamespaces", surroundings.host_namespaces},
            {"Networks", network_words(spec.network)},
            {"Publish", port_words(spec.network)},
            {"Expose", exposed_words(spec.network)},
            {"Dns", spec.network.name_servers},
            {"DnsSearch", spec.network.search_domains},
            {"DnsOptions", spec.network.resolver_options},
            {"ExtraHosts", spec.network.hosts},
            {"AllowedPeers", spec.network.allowed_peers},
            {"DeniedPeers", spec.network.denied_peers},
            {"Bandwidth", {{"Down", spec.network.bandwidth.down}, {"Up", spec.network.bandwidth.up}}},
            {"IdleStop", std::chrono::nanoseconds{spec.idle_stop}.count()}};
}

} // namespace slipway::api
