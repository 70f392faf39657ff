// SPDX-License-Identifier: LGPL-2.1-or-later
// A container's description in docker's keys.
#include "api/describe.hpp"

#include "api/describe_wishes.hpp"
#include "base/json.hpp"
#include "base/signal_name.hpp"
#include "oci/image_config.hpp"
#include "placement/scope.hpp"

namespace slipway::api {

namespace {

std::string time_text(RealTime time)
{
    return to_usec(time) == 0 ? std::string{"0001-01-01T00:00:00Z"} : oci::rfc3339(time);
}

Json mounts_json(const engine::ContainerSpec& spec, const store::VolumeDirectories& volumes)
{
    Json list = engine::to_json(spec.mounts);
    Json mounts = Json::array();
    for (std::size_t i = 0; i < spec.mounts.size(); ++i) {
        const engine::Mount& mount = spec.mounts[i];
        Json item{{"Type", list[i].at("kind")},      {"Source", mount.source},
                  {"Destination", mount.target},     {"RW", !mount.is_read_only()},
                  {"SubPath", mount.sub_path},       {"Copies", mount.copies},
                  {"IdMapped", mount.is_id_mapped},  {"Recursive", mount.is_recursive},
                  {"Anonymous", mount.is_anonymous}, {"Options", mount.options}};
        if (mount.kind == engine::MountKind::volume) {
            item["Name"] = mount.source;
            item["Driver"] = "local";
            item["Source"] = (volumes.data(mount.source) / mount.sub_path).native();
        }
        mounts.push_back(std::move(item));
    }
    return mounts;
}

std::string text_of(const std::optional<IpAddress>& address)
{
    return address ? address->text() : std::string{};
}

std::string gateway_of(const engine::NetworkSettings& settings, IpFamily family)
{
    const engine::Subnet* const subnet = settings.find_subnet(family);
    return subnet != nullptr ? subnet->gateway.text() : std::string{};
}

Json connection_json(const engine::Connection& connection, const engine::NetworkSettings& settings,
                     const engine::Addresses& own)
{
    const auto length = [&settings](IpFamily family) {
        const engine::Subnet* const subnet = settings.find_subnet(family);
        return subnet != nullptr ? subnet->prefix.length() : 0;
    };
    return {{"Interface", connection.interface},
            {"Aliases", connection.aliases},
            {"MacAddress", own.mac.text()},
            {"IPAddress", text_of(own.ip4)},
            {"IPPrefixLen", length(IpFamily::v4)},
            {"Gateway", gateway_of(settings, IpFamily::v4)},
            {"GlobalIPv6Address", text_of(own.ip6)},
            {"GlobalIPv6PrefixLen", length(IpFamily::v6)},
            {"IPv6Gateway", gateway_of(settings, IpFamily::v6)}};
}

// As docker has it: what is exposed and not published is there with null.
Json ports_json(const engine::NetworkPlan& plan)
{
    Json ports = Json::object();
    for (const engine::Port& port : plan.exposed)
        ports[port.text()] = nullptr;
    for (const engine::PublishedPort& published : plan.ports) {
        Json& list = ports[published.port.text()];
        if (published.host_port == 0)
            continue; // it was never started
        const std::string address = text_of(published.host_address);
        list.push_back({{"HostIp", address.empty() ? "0.0.0.0" : address},
                        {"HostPort", std::to_string(published.host_port)}});
        if (address.empty())
            list.push_back({{"HostIp", "::"}, {"HostPort", std::to_string(published.host_port)}});
    }
    return ports;
}

Json networks_json(const engine::Container& container, const engine::Networks& networks)
{
    Json connections = Json::object();
    for (const engine::Connection& connection : container.spec.network.connections)
        if (const auto own = networks.addresses_of(container, connection))
            connections[connection.network] =
                connection_json(connection, networks.settings_of(connection.network), *own);
    return {{"Networks", connections}, {"Ports", ports_json(container.spec.network)}};
}

Json wires_json(const engine::ContainerSpec& spec)
{
    Json wires = Json::array();
    for (const engine::Wire& wire : spec.wires)
        wires.push_back({{"ID", wire.id},
                         {"Name", wire.name},
                         {"Address", wire.address().text()},
                         {"Port", wire.port},
                         {"UnixPath", wire.unix_path},
                         {"Target", wire.target},
                         {"TargetPort", wire.target_port}});
    return wires;
}

Json listeners_json(const engine::ContainerSpec& spec)
{
    Json listeners = Json::array();
    for (const engine::Listener& listener : spec.listeners)
        listeners.push_back({{"Kind", listener.kind},
                             {"Address", listener.address},
                             {"Name", listener.name},
                             {"TargetPort", listener.target_port}});
    return listeners;
}

// As docker has it, an exit code of -1 included.
Json health_json(const engine::HealthReport& report)
{
    Json log = Json::array();
    for (const engine::HealthReport::Entry& entry : report.log)
        log.push_back({{"Start", time_text(entry.begin)},
                       {"End", time_text(entry.end)},
                       {"ExitCode", entry.exit_code},
                       {"Output", entry.output}});
    return {{"Status", engine::name_of(report.health)},
            {"FailingStreak", report.failing_streak},
            {"Log", std::move(log)}};
}

Json healthcheck_json(const engine::HealthCheck& check)
{
    const auto nsec = [](Microseconds span) { return std::chrono::nanoseconds{span}.count(); };
    std::vector<std::string> test{"CMD"};
    test.insert(test.end(), check.arguments.begin(), check.arguments.end());
    return {{"Test", test},
            {"Interval", nsec(check.interval)},
            {"Timeout", nsec(check.timeout)},
            {"StartPeriod", nsec(check.start_period)},
            {"StartInterval", nsec(check.start_interval)},
            {"Retries", check.retries}};
}

} // namespace

std::string describe_container(const engine::Container& container, const engine::HealthReport& health,
                               const store::VolumeDirectories& volumes, const engine::Networks& networks)
{
    const engine::ContainerSpec& spec = container.spec;
    const store::ContainerState& state = container.row.state;
    const std::vector<std::string> rest(spec.arguments.begin() + 1, spec.arguments.end());
    Json json{
        {"Id", container.id()},
        {"Name", container.name()},
        {"Created", time_text(container.row.created_at)},
        {"Path", spec.arguments.front()},
        {"Args", rest},
        {"Image", "sha256:" + container.row.image_id},
        {"ImageName", container.row.image_name},
        {"Unit", engine::unit_of(container)},
        {"State",
         {{"Status", engine::state_name(container.state)},
          {"Running", container.is_running()},
          {"Pid", container.is_running() ? state.pid : 0},
          {"ExitCode", state.exit_status},
          {"ExitSignal", state.exit_signal},
          {"Paused", container.state == engine::State::paused},
          {"OOMKilled", state.exit_cause == "oom-kill"},
          {"StartedAt", time_text(state.started_at)},
          {"FinishedAt", time_text(state.finished_at)}}},
        {"Config",
         {{"Hostname", spec.hostname},
          {"User", spec.user},
          {"Tty", spec.has_terminal},
          {"Env", spec.environment},
          {"WorkingDir", spec.working_directory},
          {"Labels", spec.labels},
          {"StopSignal", signal_name(spec.stop_signal)},
          {"StopTimeout", std::chrono::duration_cast<std::chrono::seconds>(spec.stop_timeout).count()},
          {"LogTag", spec.log_tag}}},
        {"Mounts", mounts_json(spec, volumes)},
        {"NetworkSettings", networks_json(container, networks)},
        {"Wires", wires_json(spec)},
        {"Listeners", listeners_json(spec)},
        {"HostConfig",
         {{"AutoRemove", container.row.auto_remove},
          {"Init", spec.has_init},
          {"Limits", spec.limits},
          {"NetworkMode", engine::mode_of(spec.network)}}},
    };
    json["HostConfig"].update(wishes_json(spec));
    json["Config"]["Notifies"] = spec.notifies;
    json["Config"]["ReadyWhenHealthy"] = spec.is_ready_when_healthy;
    json["Config"]["Domainname"] = spec.surroundings.domainname;
    if (spec.entrypoint_size) {
        const auto middle = spec.arguments.begin() + static_cast<std::ptrdiff_t>(*spec.entrypoint_size);
        json["Config"]["Entrypoint"] = std::vector<std::string>(spec.arguments.begin(), middle);
        json["Config"]["Cmd"] = std::vector<std::string>(middle, spec.arguments.end());
    }
    if (health.health != engine::Health::unknown)
        json["State"]["Health"] = health_json(health);
    if (spec.health)
        json["Config"]["Healthcheck"] = healthcheck_json(*spec.health);
    if (spec.membership.is_any())
        json["Group"] = {{"Name", spec.membership.group}, {"Member", spec.membership.member}};
    json["HostConfig"]["RestartPolicy"] = {{"Name", std::string{engine::name_of(spec.restart.when)}},
                                           {"MaximumRetryCount", spec.restart.retries}};
    if (spec.restart.delay)
        json["HostConfig"]["RestartPolicy"]["DelayUSec"] = spec.restart.delay->count();
    if (spec.restart.window)
        json["HostConfig"]["RestartPolicy"]["WindowUSec"] = spec.restart.window->count();
    if (!spec.properties.empty())
        json["HostConfig"]["UnitProperties"] = spec.properties;
    if (spec.on_unhealthy != engine::OnUnhealthy::none)
        json["HostConfig"]["OnUnhealthy"] = engine::name_of(spec.on_unhealthy);
    return json_text(json, StrayBytes::replaced);
}

} // namespace slipway::api
