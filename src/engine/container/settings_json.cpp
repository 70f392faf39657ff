// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerSettings: each member named once, for both directions.
#include "engine/container/settings_json.hpp"

#include <concepts>
#include <type_traits>

namespace slipway::engine {

namespace {

// members(VISIT, OBJECT): VISIT hears of each member of OBJECT with its name.

template <typename Visit, typename Object>
requires std::same_as<std::remove_const_t<Object>, SecurityWish>
void members(const Visit& visit, Object& wish)
{
    visit("user_namespace", wish.user_namespace);
    visit("seccomp", wish.seccomp);
    visit("added_capabilities", wish.added_capabilities);
    visit("dropped_capabilities", wish.dropped_capabilities);
    visit("privileged", wish.is_privileged);
    visit("new_privileges", wish.has_new_privileges);
    visit("open_system_paths", wish.has_open_system_paths);
    visit("devices", wish.devices);
}

template <typename Visit, typename Object>
requires std::same_as<std::remove_const_t<Object>, MountWish>
void members(const Visit& visit, Object& wish)
{
    visit("type", wish.type);
    visit("source", wish.source);
    visit("target", wish.target);
    visit("read_only", wish.is_read_only);
    visit("no_copy", wish.has_no_copy);
    visit("not_mapped", wish.is_not_mapped);
    visit("propagation", wish.propagation);
    visit("recursive", wish.recursive);
    visit("sub_path", wish.sub_path);
    visit("options", wish.options);
    visit("size", wish.size);
    visit("mode", wish.mode);
    visit("volume_options", wish.volume_options);
    visit("volume_labels", wish.volume_labels);
}

template <typename Visit, typename Object>
requires std::same_as<std::remove_const_t<Object>, NetworkWish>
void members(const Visit& visit, Object& wish)
{
    visit("networks", wish.networks);
    visit("ports", wish.ports);
    visit("publishes_all", wish.publishes_all);
    visit("exposed", wish.exposed);
    visit("name_servers", wish.name_servers);
    visit("search_domains", wish.search_domains);
    visit("resolver_options", wish.resolver_options);
    visit("hosts", wish.hosts);
    visit("allowed_peers", wish.allowed_peers);
    visit("denied_peers", wish.denied_peers);
    visit("bandwidth", wish.bandwidth);
}

template <typename Visit, typename Object>
requires std::same_as<std::remove_const_t<Object>, WireWish>
void members(const Visit& visit, Object& wish)
{
    visit("target", wish.target);
    visit("target_port", wish.target_port);
    visit("name", wish.name);
    visit("port", wish.port);
    visit("unix_path", wish.unix_path);
    visit("environment", wish.has_environment);
}

template <typename Visit, typename Object>
requires std::same_as<std::remove_const_t<Object>, ListenerWish>
void members(const Visit& visit, Object& wish)
{
    visit("kind", wish.kind);
    visit("address", wish.address);
    visit("name", wish.name);
    visit("target_port", wish.target_port);
}

template <typename Visit, typename Object>
requires std::same_as<std::remove_const_t<Object>, HealthWish>
void members(const Visit& visit, Object& wish)
{
    visit("test", wish.test);
    visit("interval_usec", wish.interval_usec);
    visit("timeout_usec", wish.timeout_usec);
    visit("start_period_usec", wish.start_period_usec);
    visit("start_interval_usec", wish.start_interval_usec);
    visit("retries", wish.retries);
    visit("on_unhealthy", wish.on_unhealthy);
}

template <typename Visit, typename Object>
requires std::same_as<std::remove_const_t<Object>, SecretGrant>
void members(const Visit& visit, Object& grant)
{
    visit("name", grant.name);
    visit("target", grant.target);
    visit("uid", grant.uid);
    visit("gid", grant.gid);
    visit("mode", grant.mode);
}

template <typename Visit, typename Object>
requires std::same_as<std::remove_const_t<Object>, ContainerSettings>
void members(const Visit& visit, Object& settings)
{
    visit("image", settings.image);
    visit("platform", settings.platform);
    visit("name", settings.name);
    visit("entrypoint", settings.entrypoint);
    visit("command", settings.command);
    visit("environment", settings.environment);
    visit("working_directory", settings.working_directory);
    visit("user", settings.user);
    visit("terminal", settings.has_terminal);
    visit("auto_removed", settings.is_auto_removed);
    visit("hostname", settings.hostname);
    visit("labels", settings.labels);
    visit("stop_signal", settings.stop_signal);
    visit("stop_timeout_usec", settings.stop_timeout_usec);
    visit("log_tag", settings.log_tag);
    visit("security", settings.security);
    visit("surroundings", settings.surroundings);
    visit("limits", settings.limits);
    visit("mounts", settings.mounts);
    visit("volumes_from", settings.volumes_from);
    visit("network", settings.network);
    visit("wires", settings.wires);
    visit("listeners", settings.listeners);
    visit("idle_stop_usec", settings.idle_stop_usec);
    visit("notifies", settings.notifies);
    visit("init", settings.has_init);
    visit("health", settings.health);
    visit("restart", settings.restart);
    visit("properties", settings.properties);
    visit("ready_when_healthy", settings.is_ready_when_healthy);
    visit("secrets", settings.secrets);
}

struct AnyVisit {
    template <typename Value>
    void operator()(const char*, Value&) const
    {
    }
};

// Has members of its own.
template <typename Value>
concept Described = requires(Value& value)
{
    members(AnyVisit{}, value);
};

template <typename Value>
Json json_of(const Value& value);

template <Described Value>
Json json_of_described(const Value& value)
{
    static const Json usual = [] {
        const Value as_it_comes{};
        Json all = Json::object();
        members([&all](const char* name, const auto& member) { all[name] = json_of(member); }, as_it_comes);
        return all;
    }();
    Json json = Json::object();
    members(
        [&](const char* name, const auto& member) {
            Json text = json_of(member);
            if (text != usual.at(name))
                json[name] = std::move(text);
        },
        value);
    return json;
}

template <Described Value>
Json json_of_each(const std::vector<Value>& values)
{
    Json array = Json::array();
    for (const Value& value : values)
        array.push_back(json_of_described(value));
    return array;
}

template <typename Value>
Json json_of_optional(const std::optional<Value>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

template <typename Value>
Json json_of(const Value& value)
{
    if constexpr (Described<Value>)
        return json_of_described(value);
    else if constexpr (requires { json_of_each(value); })
        return json_of_each(value);
    else if constexpr (requires { json_of_optional(value); })
        return json_of_optional(value);
    else
        return Json(value);
}

template <Described Value>
void read(const Json& json, Value& target);

template <Described Value>
void read_each(const Json& json, std::vector<Value>& target)
{
    for (const Json& item : json)
        read(item, target.emplace_back());
}

template <typename Value>
void read_optional(const Json& json, std::optional<Value>& target)
{
    json.get_to(target.emplace());
}

template <Described Value>
void read(const Json& json, Value& target)
{
    members(
        [&json](const char* name, auto& member) {
            const auto found = json.find(name);
            if (found == json.end())
                return;
            if constexpr (Described<std::remove_reference_t<decltype(member)>>)
                read(*found, member);
            else if constexpr (requires { read_each(*found, member); })
                read_each(*found, member);
            else if constexpr (requires { read_optional(*found, member); })
                read_optional(*found, member);
            else
                found->get_to(member);
        },
        target);
}

} // namespace

Json settings_json(const ContainerSettings& settings)
{
    return json_of(settings);
}

ContainerSettings read_settings_json(const Json& json)
{
    ContainerSettings settings;
    read(json, settings);
    return settings;
}

} // namespace slipway::engine
