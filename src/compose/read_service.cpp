// SPDX-License-Identifier: LGPL-2.1-or-later
// Reader of services: the keys that are of no other reader.
#include "base/signal_name.hpp"
#include "compose/read_parts.hpp"

#include <algorithm>
#include <iterator>

namespace slipway::compose::read {

namespace {

PullPolicy pull_policy(const Value& value)
{
    using When = PullPolicy::When;
    const std::string found = text(value);
    for (const auto& [each, when] : {std::pair{"always", When::always},
                                     {"never", When::never},
                                     {"missing", When::missing},
                                     {"if_not_present", When::missing},
                                     {"build", When::build}})
        if (found == each)
            return {when, {}};
    if (found == "daily")
        return {When::after, std::chrono::days{1}};
    if (found == "weekly")
        return {When::after, std::chrono::days{7}};
    if (found == "refresh")
        return {When::after, {}};
    if (found.starts_with("every_"))
        if (const Result<std::chrono::microseconds> age = parse_duration(std::string_view{found}.substr(6)))
            return age.value().count() == 0 ? PullPolicy{When::always, {}}
                                            : PullPolicy{When::after, age.value()};
    value.refuse(
        in_quotes(found) +
        " is no pull policy; always, never, missing, build, daily, weekly, every_12h and refresh are");
}

// "refresh" has its age in a key of its own, which means it where no other policy is given.
void settle_pull_policy(Service& service, const Value& value)
{
    using When = PullPolicy::When;
    const bool is_refresh = service.pull_policy == PullPolicy{When::after, {}};
    if (is_refresh && !service.pull_refresh_after)
        value.refuse("pull_policy: refresh is nothing without pull_refresh_after, which says after how long");
    if (service.pull_refresh_after && (is_refresh || service.pull_policy.when == When::unset))
        service.pull_policy = {When::after, *service.pull_refresh_after};
}

std::string stop_signal(const Value& value)
{
    const std::string found = text(value);
    const Result<int> signal = parse_signal(found);
    if (!signal)
        value.refuse(in_quotes(found) + " is no signal");
    return signal_name(signal.value());
}

std::string container_name(const Value& value)
{
    std::string name = word(value);
    const auto is_fit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '.' || c == '-';
    };
    if (!std::ranges::all_of(name, is_fit) || name.front() == '_' || name.front() == '.' ||
        name.front() == '-')
        value.refuse(in_quotes(name) +
                     " is no container's name: letters, digits, and then '_', '.' and '-' too");
    return name;
}

std::vector<Link> links(const Value& value)
{
    std::vector<Link> result;
    for (const std::string& each : distinct_texts(value)) {
        const std::size_t colon = each.find(':');
        Link link{each.substr(0, colon), colon == std::string::npos ? each : each.substr(colon + 1)};
        if (link.target.empty() || link.alias.empty())
            value.refuse(in_quotes(each) + " is not NAME[:ALIAS]");
        result.push_back(std::move(link));
    }
    return result;
}

Logging logging(const Value& value)
{
    Logging logging;
    Fields fields{value};
    fields.take("driver", logging.driver, text);
    fields.take("options", logging.options, options);
    fields.finish();
    return logging;
}

Provider provider(const Value& value)
{
    Provider provider;
    Fields fields{value};
    fields.take("type", provider.type, word);
    if (const std::optional<Value> found = fields.find("options"))
        for (const auto& [name, member] : found->members())
            provider.options[name] = member.node().is_list() ? texts(member) : std::vector{text(member)};
    fields.finish();
    if (provider.type.empty())
        fields.refuse("has no type");
    return provider;
}

void take_unheeded(Fields& fields)
{
    constexpr std::string_view develop[] = {"watch",
                                            "watch[].ignore",
                                            "watch[].include",
                                            "watch[].path",
                                            "watch[].action",
                                            "watch[].target",
                                            "watch[].initial_sync",
                                            "watch[].exec",
                                            "watch[].exec.command",
                                            "watch[].exec.user",
                                            "watch[].exec.privileged",
                                            "watch[].exec.working_dir",
                                            "watch[].exec.environment",
                                            "watch[].exec.environment.*"};
    constexpr std::string_view models[] = {"*", "*.endpoint_var", "*.model_var"};
    constexpr std::string_view credential_spec[] = {"config", "file", "registry"};
    fields.unheeded("develop", "source files are not watched", develop);
    fields.unheeded("models", "no language models are run", models);
    fields.unheeded("credential_spec", "it is for accounts of Windows", credential_spec);
    fields.unheeded("isolation", "it is a word of Windows");
    fields.unheeded("use_api_socket", "there is no such socket; the engine is on D-Bus");
}

void take_payload(Fields& fields, Service& service)
{
    // The specification: null is the image's, an empty one is none.
    fields.take("command", service.command, command);
    fields.take("entrypoint", service.entrypoint, command);
    fields.take("user", service.user, text);
    fields.take("group_add", service.groups, distinct_texts);
    fields.take("working_dir", service.working_directory, text);
    fields.take("container_name", service.container_name, container_name);
    fields.take("hostname", service.hostname, text);
    fields.take("domainname", service.domain_name, text);
    fields.take("annotations", service.annotations, labels);
    fields.take("init", service.has_init, flag);
    fields.take("tty", service.has_terminal, flag);
    fields.take("stdin_open", service.is_stdin_open, flag);
    fields.take("attach", service.is_attached, flag);
    fields.take("stop_signal", service.stop_signal, stop_signal);
    fields.take("stop_grace_period", service.stop_grace_period, duration);
    fields.take("pre_start", service.pre_start, start_hooks);
    fields.take("post_start", service.post_start, hooks);
    fields.take("pre_stop", service.pre_stop, hooks);
    fields.take("healthcheck", service.health_check, health_check);
    fields.take("logging", service.logging, logging);
}

void take_network(Fields& fields, Service& service)
{
    fields.take("ports", service.ports, ports);
    fields.take("expose", service.exposed_ports, exposed_ports);
    fields.take("networks", service.networks, network_uses);
    fields.take("network_mode", service.network_mode, sharing);
    fields.take("mac_address", service.mac_address, mac_address);
    fields.take("links", service.links, links);
    fields.take("external_links", service.external_links, links);
    fields.take("dns", service.dns_servers, one_or_texts);
    fields.take("dns_opt", service.dns_options, distinct_texts);
    fields.take("dns_search", service.dns_search, one_or_texts);
    fields.take("extra_hosts", service.extra_hosts, hosts);
    if (service.network_mode.with == Sharing::With::unset) {
        if (service.networks.empty())
            service.networks["default"];
    } else if (!service.networks.empty()) {
        fields.refuse("has both networks and network_mode");
    } else if (service.network_mode.with == Sharing::With::host && !service.ports.empty()) {
        fields.refuse("has ports, which network_mode: host publishes already");
    }
}

void take_storage(Fields& fields, Service& service)
{
    fields.take("volumes", service.mounts, mounts);
    if (const std::optional<Value> found = fields.find("tmpfs"))
        for (Mount& mount : tmpfs_mounts(*found)) {
            const auto same = std::ranges::find(service.mounts, mount.target, &Mount::target);
            if (same != service.mounts.end())
                found->refuse(in_quotes(mount.target) + " is the target of a volume too");
            service.mounts.push_back(std::move(mount));
        }
    if (const std::optional<Value> found = fields.find("volumes_from"))
        for (const Value& entry : found->entries())
            service.volumes_from.push_back(parsed(entry, parse_volumes_from));
    fields.take("configs", service.configs, [](const Value& value) { return grants(value, "/"); });
    fields.take("secrets", service.secrets,
                [](const Value& value) { return grants(value, "/run/secrets/"); });
    fields.take("storage_opt", service.storage_options, options);
    fields.take("read_only", service.is_read_only, flag);
}

void take_security(Fields& fields, Service& service)
{
    fields.take("privileged", service.is_privileged, flag);
    fields.take("cap_add", service.added_capabilities, distinct_texts);
    fields.take("cap_drop", service.dropped_capabilities, distinct_texts);
    fields.take("security_opt", service.security_options, distinct_texts);
    fields.take("devices", service.devices, devices);
    fields.take("device_cgroup_rules", service.device_rules, distinct_texts);
    fields.take("sysctls", service.sysctls, labels);
    fields.take("pid", service.pid, sharing);
    fields.take("ipc", service.ipc, sharing);
    fields.take("uts", service.uts, sharing);
    fields.take("userns_mode", service.user_namespace, sharing);
    fields.take("cgroup", service.cgroup, sharing);
    fields.take("cgroup_parent", service.cgroup_parent, text);
    fields.take("runtime", service.runtime, text);
}

// Who uses what another service has is started after it.
void add_implied_dependencies(Service& service)
{
    const auto add = [&service](const std::string& name, bool restarts) {
        service.dependencies.try_emplace(name, Dependency{Dependency::Condition::started, true, restarts});
    };
    for (const Link& link : service.links)
        add(link.target, true);
    for (const VolumesFrom& from : service.volumes_from)
        if (!from.is_container)
            add(from.name, false);
    for (const Sharing* sharing : {&service.network_mode, &service.pid, &service.ipc})
        if (sharing->with == Sharing::With::service)
            add(sharing->name, true);
}

} // namespace

Service service(const std::string& name, const Value& value, const IsEnabled& is_enabled, Files& files)
{
    Service service;
    service.name = name;
    Fields fields{value};
    fields.take("profiles", service.profiles, distinct_texts);
    service.is_enabled = is_enabled(service.profiles);
    fields.take("image", service.image, text);
    fields.take("build", service.build, build);
    fields.take("provider", service.provider, provider);
    fields.take("platform", service.platform, text);
    fields.take("pull_policy", service.pull_policy, pull_policy);
    fields.take("pull_refresh_after", service.pull_refresh_after, duration);
    settle_pull_policy(service, value);
    take_environment(fields, service, files);
    take_payload(fields, service);
    take_resources(fields, service.resources);
    take_deploy(fields, service);
    take_network(fields, service);
    take_storage(fields, service);
    take_security(fields, service);
    fields.take("depends_on", service.dependencies, dependencies);
    add_implied_dependencies(service);
    take_unheeded(fields);
    fields.finish();
    return service;
}

} // namespace slipway::compose::read
