// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerSettings: names, and what an image adds to a wish.
#include "engine/container/settings.hpp"

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/signal_name.hpp"
#include "engine/container/environment.hpp"
#include "placement/unit_property.hpp"

#include <algorithm>
#include <array>

namespace slipway::engine {

namespace {

// A DNS label at most (RFC 1035), which is also well within a unit's name.
constexpr std::size_t name_limit = 63;

bool is_name_character(char c, bool is_first)
{
    const bool is_alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_alphanumeric || (!is_first && (c == '_' || c == '.' || c == '-'));
}

// The OCI configuration has words for most of it already.
Json security_json(const Security& security)
{
    oci::RuntimeConfig config;
    config.linux.seccomp = security.seccomp;
    config.linux.devices = security.devices;
    return {{"user_namespace", static_cast<int>(security.user_namespace)},
            {"capabilities", security.capabilities},
            {"unconfined", security.is_unconfined},
            {"privileged", security.is_privileged},
            {"new_privileges", security.has_new_privileges},
            {"open_system_paths", security.has_open_system_paths},
            {"device_rules", security.device_rules},
            {"cdi_devices", security.cdi_devices},
            {"config", oci::to_json(config)}};
}

Security read_security(const Json& json)
{
    Security security;
    security.user_namespace = static_cast<UserNamespace>(json.at("user_namespace").get<int>());
    json.at("capabilities").get_to(security.capabilities);
    json.at("unconfined").get_to(security.is_unconfined);
    security.is_privileged = json.value("privileged", false);
    security.has_new_privileges = json.value("new_privileges", false);
    security.has_open_system_paths = json.value("open_system_paths", false);
    json.at("device_rules").get_to(security.device_rules);
    security.cdi_devices = json.value("cdi_devices", std::vector<std::string>{});
    const oci::RuntimeConfig config = oci::parse_runtime_config(json.at("config").get<std::string>()).value();
    security.seccomp = config.linux.seccomp;
    security.devices = config.linux.devices;
    return security;
}

} // namespace

// The payload's number in its own PID namespace is what LISTEN_PID says; and a packet has room for so many
// descriptors.
void check_listeners(const ContainerSpec& spec)
{
    constexpr std::ptrdiff_t most = 10;
    const std::vector<std::string>& of_host = spec.surroundings.host_namespaces;
    if (!has_passed(spec.listeners))
        return;
    // Of other kinds nobody can tell whether somebody uses them.
    for (const Listener& one : spec.listeners)
        if (spec.idle_stop.count() != 0 && one.is_passed() &&
            (one.kind != "Stream" || one.address.find_first_of("/@v") == 0))
            throw Failure{ErrorCode::invalid_argument,
                          "only connections of TCP can be counted: a container with " + one.address +
                              " is not stopped when it is idle"};
    if (std::find(of_host.begin(), of_host.end(), "pid") != of_host.end())
        throw Failure{
            ErrorCode::invalid_argument,
            "sockets are passed to a payload with a PID namespace of its own: leave out the host's, or carry "
            "connections to a port"};
    if (std::count_if(spec.listeners.begin(), spec.listeners.end(),
                      [](const Listener& one) { return one.is_passed(); }) > most)
        throw Failure{ErrorCode::invalid_argument, "ten sockets are passed to a container at most"};
}

void check_name(std::string_view name)
{
    bool is_good = !name.empty() && name.size() <= name_limit;
    for (std::size_t i = 0; is_good && i < name.size(); ++i)
        is_good = is_name_character(name[i], i == 0);
    if (!is_good)
        throw Failure{ErrorCode::invalid_name,
                      "not a container name: '" + std::string{name} +
                          "' (1 to 63 letters, digits, '_', '.' and '-', the first a letter or digit)"};
}

std::string make_name()
{
    static constexpr std::array first{"brisk", "calm",  "clear", "even", "firm",  "fleet",  "keen",  "light",
                                      "neat",  "quick", "quiet", "snug", "sound", "steady", "swift", "trim"};
    static constexpr std::array second{"barge", "buoy",     "clipper", "cutter", "dinghy", "dock",
                                       "ferry", "harbor",   "keel",    "ketch",  "lugger", "mast",
                                       "pier",  "schooner", "sloop",   "yawl"};
    const std::string id = make_id();
    const auto digit = [&id](std::size_t at) { return std::stoul(id.substr(at, 1), nullptr, 16); };
    return std::string{first[digit(0)]} + "-" + second[digit(1)] + "-" + id.substr(2, 4);
}

ContainerSpec complete(const ContainerSettings& settings, const oci::ImageConfig& image)
{
    ContainerSpec spec;
    std::vector<std::string> command = settings.command;
    if (settings.entrypoint) {
        // One empty word clears it; among others an empty one is an argument.
        if (*settings.entrypoint != std::vector<std::string>{""})
            spec.arguments = *settings.entrypoint;
    } else {
        spec.arguments = image.entrypoint;
        if (command.empty())
            command = image.cmd;
    }
    spec.entrypoint_size = spec.arguments.size();
    spec.arguments.insert(spec.arguments.end(), command.begin(), command.end());
    if (spec.arguments.empty())
        throw Failure{ErrorCode::no_command, "no command: the image " + settings.image +
                                                 " names none, so give one behind the image"};

    spec.environment = image.env;
    for (const std::string& variable : settings.environment)
        set_variable(spec.environment, variable);
    if (!has_variable(spec.environment, "PATH="))
        spec.environment.emplace_back(default_path);
    spec.has_terminal = settings.has_terminal;
    if (spec.has_terminal && !has_variable(spec.environment, "TERM="))
        spec.environment.emplace_back(default_term);
    spec.hostname = settings.hostname.empty() ? settings.name : settings.hostname;
    if (!has_variable(spec.environment, "HOSTNAME="))
        spec.environment.push_back("HOSTNAME=" + spec.hostname);

    spec.secrets = complete(settings.secrets);
    spec.working_directory =
        settings.working_directory.empty() ? image.working_dir : settings.working_directory;
    if (spec.working_directory.empty())
        spec.working_directory = "/";
    if (spec.working_directory.front() != '/')
        throw Failure{ErrorCode::invalid_argument,
                      "the working directory must be an absolute path: " + spec.working_directory};
    spec.user = settings.user.empty() ? image.user : settings.user;
    spec.labels = image.labels;
    for (const auto& [key, value] : settings.labels)
        spec.labels[key] = value;
    const std::string signal = settings.stop_signal.empty() ? image.stop_signal : settings.stop_signal;
    spec.stop_signal = signal.empty() ? SIGTERM : parse_signal(signal).value();
    spec.stop_timeout = Microseconds{static_cast<std::int64_t>(
        std::min<std::uint64_t>(settings.stop_timeout_usec, std::uint64_t{365} * 24 * 3600 * 1'000'000))};
    spec.log_tag = settings.log_tag.empty() ? settings.name : settings.log_tag;
    spec.security = complete(settings.security);
    check_surroundings(settings.surroundings);
    // In a user namespace of its own it has no right to mount what shows the host's.
    if (!settings.surroundings.host_namespaces.empty() && spec.security.user_namespace != UserNamespace::host)
        throw Failure{ErrorCode::invalid_argument,
                      "the host's " + settings.surroundings.host_namespaces.front() +
                          " namespace goes with the host's user namespace (UserNamespace, --userns host)"};
    spec.surroundings = settings.surroundings;
    check_limits(settings.limits);
    spec.limits = settings.limits;
    spec.network = complete(settings.network, {image.exposed_ports.begin(), image.exposed_ports.end()});
    for (const WireWish& wish : settings.wires)
        spec.wires.push_back(complete(wish, spec.wires));
    for (const ListenerWish& wish : settings.listeners)
        spec.listeners.push_back(complete(wish));
    constexpr std::uint64_t longest_idle = std::uint64_t{365} * 24 * 3600 * 1'000'000;
    spec.idle_stop = Microseconds{static_cast<std::int64_t>(std::min(settings.idle_stop_usec, longest_idle))};
    check_listeners(spec);
    spec.notifies = settings.notifies;
    spec.has_init = settings.has_init;
    spec.membership = settings.membership;
    if (spec.membership.is_any()) {
        check_group_word(spec.membership.group, "Group");
        if (spec.membership.member.empty())
            spec.membership.member = settings.name;
        check_name(spec.membership.member);
    } else if (!spec.membership.member.empty()) {
        throw Failure{ErrorCode::invalid_argument, "Member: of which group? (Group, --group)"};
    }
    spec.health = complete(settings.health, image.healthcheck);
    for (const std::string& property : settings.properties)
        static_cast<void>(placement::parse_unit_property(property));
    spec.properties = settings.properties;
    spec.is_ready_when_healthy = settings.is_ready_when_healthy;
    if (spec.is_ready_when_healthy && (spec.notifies || !spec.health))
        throw Failure{
            ErrorCode::invalid_argument,
            "ReadyWhenHealthy: there is no check of its health (HealthTest, --health-cmd), or it says "
            "itself when it is ready (Notify)"};
    spec.restart = parse_restart_policy(settings.restart);
    check_restart_policy(spec, settings.is_auto_removed);
    spec.on_unhealthy = parse_on_unhealthy(settings.health.on_unhealthy);
    if (spec.on_unhealthy == OnUnhealthy::restart && settings.is_auto_removed)
        throw Failure{ErrorCode::invalid_argument,
                      "a container that is removed when it has ended is not restarted: AutoRemove (--rm) and "
                      "OnUnhealthy restart do not go together"};
    if (spec.on_unhealthy != OnUnhealthy::none && !spec.health)
        throw Failure{
            ErrorCode::invalid_argument,
            "OnUnhealthy: there is no check of its health that could fail (HealthTest, --health-cmd)"};
    return spec;
}

Readiness readiness_of(const ContainerSpec& spec)
{
    if (spec.is_ready_when_healthy)
        return Readiness::healthy;
    return spec.notifies ? Readiness::notified : Readiness::started;
}

std::string_view name_of(Readiness readiness)
{
    switch (readiness) {
    case Readiness::started:
        return "started";
    case Readiness::notified:
        return "notified";
    case Readiness::healthy:
        return "healthy";
    }
    return {};
}

std::string to_json(const ContainerSpec& spec)
{
    Json json{
        {"arguments", spec.arguments},
        {"environment", spec.environment},
        {"working_directory", spec.working_directory},
        {"user", spec.user},
        {"terminal", spec.has_terminal},
        {"hostname", spec.hostname},
        {"labels", spec.labels},
        {"stop_signal", spec.stop_signal},
        {"stop_timeout_usec", spec.stop_timeout.count()},
        {"log_tag", spec.log_tag},
        {"limits", spec.limits},
        {"mounts", to_json(spec.mounts)},
        {"secrets", to_json(spec.secrets)},
        {"surroundings", spec.surroundings},
        {"network", spec.network},
    };
    if (spec.entrypoint_size)
        json["entrypoint_size"] = *spec.entrypoint_size;
    if (!spec.wires.empty())
        json["wires"] = spec.wires;
    if (!spec.listeners.empty())
        json["listeners"] = spec.listeners;
    if (spec.notifies)
        json["notifies"] = true;
    if (spec.has_init)
        json["init"] = true;
    if (spec.membership.is_any())
        json["membership"] = spec.membership;
    if (spec.health)
        json["health"] = *spec.health;
    if (spec.on_unhealthy != OnUnhealthy::none)
        json["on_unhealthy"] = name_of(spec.on_unhealthy);
    if (spec.is_ready_when_healthy)
        json["ready_when_healthy"] = true;
    if (!spec.properties.empty())
        json["properties"] = spec.properties;
    if (spec.restart.is_any())
        json["restart"] = text_of(spec.restart);
    if (spec.idle_stop.count() != 0)
        json["idle_stop_usec"] = spec.idle_stop.count();
    if (spec.first_host_id)
        json["first_host_id"] = *spec.first_host_id;
    try {
        json["security"] = security_json(spec.security);
        if (!spec.security.cdi_devices.empty())
            json["device_edits"] = to_json_value(spec.device_edits);
        return json_text(json);
    } catch (const Json::exception&) {
        throw Failure{ErrorCode::invalid_argument, "a setting is not UTF-8 text"};
    }
}

ContainerSpec parse_spec(std::string_view text)
{
    const Json json = parse_json(text);
    ContainerSpec spec;
    json.at("arguments").get_to(spec.arguments);
    json.at("environment").get_to(spec.environment);
    json.at("working_directory").get_to(spec.working_directory);
    json.at("user").get_to(spec.user);
    json.at("terminal").get_to(spec.has_terminal);
    json.at("hostname").get_to(spec.hostname);
    json.at("labels").get_to(spec.labels);
    json.at("stop_signal").get_to(spec.stop_signal);
    spec.stop_timeout = Microseconds{json.at("stop_timeout_usec").get<std::int64_t>()};
    json.at("log_tag").get_to(spec.log_tag);
    spec.limits = json.value("limits", Limits{});
    if (json.contains("mounts"))
        spec.mounts = read_mounts(json.at("mounts"));
    if (json.contains("secrets"))
        spec.secrets = read_grants(json.at("secrets"));
    spec.surroundings = json.value("surroundings", Surroundings{});
    spec.network = json.value("network", NetworkPlan{}); // an earlier version knew of none
    spec.wires = json.value("wires", std::vector<Wire>{});
    spec.listeners = json.value("listeners", std::vector<Listener>{});
    spec.notifies = json.value("notifies", false);
    spec.has_init = json.value("init", false);
    if (json.contains("membership"))
        json.at("membership").get_to(spec.membership);
    if (json.contains("health"))
        spec.health = json.at("health").get<HealthCheck>();
    spec.on_unhealthy = parse_on_unhealthy(json.value("on_unhealthy", std::string{}));
    spec.is_ready_when_healthy = json.value("ready_when_healthy", false);
    spec.properties = json.value("properties", std::vector<std::string>{});
    spec.restart = parse_restart_policy(json.value("restart", std::string{}));
    spec.idle_stop = Microseconds{json.value("idle_stop_usec", std::int64_t{0})};
    if (json.contains("security"))
        spec.security = read_security(json.at("security"));
    else
        spec.security.capabilities = default_capabilities(); // of a container that an earlier version made
    if (json.contains("device_edits"))
        spec.device_edits = read_device_edits(json.at("device_edits"));
    if (json.contains("entrypoint_size"))
        spec.entrypoint_size = std::min(json.at("entrypoint_size").get<std::size_t>(), spec.arguments.size());
    if (json.contains("first_host_id"))
        spec.first_host_id = json.at("first_host_id").get<std::uint32_t>();
    return spec;
}

} // namespace slipway::engine
