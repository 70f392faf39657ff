// SPDX-License-Identifier: LGPL-2.1-or-later
// A container's settings as options on D-Bus.
#include "api/context.hpp"
#include "api/wire.hpp"
#include "bus/options.hpp"

namespace slipway::api {

engine::ContainerSettings read_settings(bus::Message& message)
{
    engine::ContainerSettings settings;
    std::vector<std::string> entrypoint;
    bool has_entrypoint = false;
    const bus::OptionTable table{
        {"Image", bus::into(settings.image)},
        {"Platform", bus::into(settings.platform)},
        {"Name", bus::into(settings.name)},
        {"Command", bus::into(settings.command)},
        {"Entrypoint",
         [&](bus::Message& value) {
             bus::into(entrypoint)(value);
             has_entrypoint = true;
         }},
        {"Environment", bus::into(settings.environment)},
        {"WorkingDirectory", bus::into(settings.working_directory)},
        {"User", bus::into(settings.user)},
        {"Terminal", bus::into(settings.has_terminal)},
        {"AutoRemove", bus::into(settings.is_auto_removed)},
        {"Hostname", bus::into(settings.hostname)},
        {"Labels", bus::into(settings.labels)},
        {"StopSignal", bus::into(settings.stop_signal)},
        {"StopTimeoutUSec", bus::into(settings.stop_timeout_usec)},
        {"LogTag", bus::into(settings.log_tag)},
        {"UserNamespace", bus::into(settings.security.user_namespace)},
        {"Seccomp", bus::into(settings.security.seccomp)},
        {"CapabilityAdd", bus::into(settings.security.added_capabilities)},
        {"CapabilityDrop", bus::into(settings.security.dropped_capabilities)},
        {"Devices", bus::into(settings.security.devices)},
        {"Privileged", bus::into(settings.security.is_privileged)},
        {"NewPrivileges", bus::into(settings.security.has_new_privileges)},
        {"OpenSystemPaths", bus::into(settings.security.has_open_system_paths)},
        {"ReadOnly", bus::into(settings.surroundings.has_read_only_root)},
        {"ShmSize", bus::into(settings.surroundings.shm_size)},
        {"Ulimits", bus::into(settings.surroundings.ulimits)},
        {"Groups", bus::into(settings.surroundings.groups)},
        {"Sysctls", bus::into(settings.surroundings.sysctls)},
        {"OOMScoreAdjust", bus::into(settings.surroundings.oom_score_adjust)},
        {"Domainname", bus::into(settings.surroundings.domainname)},
        {"HostNamespaces", bus::into(settings.surroundings.host_namespaces)},
        {"Limits", bus::into(settings.limits)},
        {"Mounts", [&](bus::Message& value) { read_mounts(value, settings.mounts); }},
        {"Secrets", [&](bus::Message& value) { read_secrets(value, settings.secrets); }},
        {"VolumesFrom", bus::into(settings.volumes_from)},
        {"Networks", bus::into(settings.network.networks)},
        {"Ports", bus::into(settings.network.ports)},
        {"PublishAll", bus::into(settings.network.publishes_all)},
        {"ExposedPorts", bus::into(settings.network.exposed)},
        {"NameServers", bus::into(settings.network.name_servers)},
        {"SearchDomains", bus::into(settings.network.search_domains)},
        {"ResolverOptions", bus::into(settings.network.resolver_options)},
        {"Hosts", bus::into(settings.network.hosts)},
        {"IPAddressAllow", bus::into(settings.network.allowed_peers)},
        {"IPAddressDeny", bus::into(settings.network.denied_peers)},
        {"Bandwidth", bus::into(settings.network.bandwidth)},
        {"Wires", [&](bus::Message& value) { read_wires(value, settings.wires); }},
        {"Listeners", [&](bus::Message& value) { read_listeners(value, settings.listeners); }},
        {"IdleStopUSec", bus::into(settings.idle_stop_usec)},
        {"Notify", bus::into(settings.notifies)},
        {"Init", bus::into(settings.has_init)},
        {"Group", bus::into(settings.membership.group)},
        {"Member", bus::into(settings.membership.member)},
        {"HealthTest", bus::into(settings.health.test)},
        {"HealthIntervalUSec", bus::into(settings.health.interval_usec)},
        {"HealthTimeoutUSec", bus::into(settings.health.timeout_usec)},
        {"HealthStartPeriodUSec", bus::into(settings.health.start_period_usec)},
        {"HealthStartIntervalUSec", bus::into(settings.health.start_interval_usec)},
        {"HealthRetries", bus::into(settings.health.retries)},
        {"OnUnhealthy", bus::into(settings.health.on_unhealthy)},
        {"Restart", bus::into(settings.restart)},
        {"Properties", bus::into(settings.properties)},
        {"ReadyWhenHealthy", bus::into(settings.is_ready_when_healthy)},
    };
    bus::read_options(message, table);
    if (has_entrypoint)
        settings.entrypoint = entrypoint;
    if (settings.image.empty())
        throw Failure{ErrorCode::invalid_argument, "no image given (option 'Image')"};
    return settings;
}

} // namespace slipway::api
