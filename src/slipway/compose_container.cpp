// SPDX-License-Identifier: LGPL-2.1-or-later
// A Compose service as a container's settings.
#include "base/failure.hpp"
#include "slipway/compose_group.hpp"
#include "slipway/compose_restart_policy.hpp"
#include "slipway/compose_secrets.hpp"

#include <algorithm>
#include <charconv>

namespace slipway::cli {

namespace {

using compose::Mount;
using compose::MountKind;
using compose::Project;
using compose::Service;
using compose::Sharing;

class Translation {
  public:
    Translation(const Project& project, const Service& service, ComposeGroup& group)
        : project_{&project}, service_{&service}, group_{&group}
    {
    }

    client::ContainerSettings settings()
    {
        settings_.image = image_of(*project_, *service_);
        add_process();
        add_networks();
        add_mounts();
        add_resources();
        add_security();
        add_health();
        add_restart();
        tell_the_rest();
        return std::move(settings_);
    }

  private:
    Failure refusal(const std::string& what) const
    {
        return Failure{ErrorCode::invalid_configuration, "services." + service_->name + "." + what};
    }
    void tell(bool is_there, const char* key, const char* why = "is not acted on")
    {
        if (is_there)
            group_->remarks.push_back("services." + service_->name + "." + key + ": " + why);
    }

    static std::optional<std::string> given(const std::string& text)
    {
        return text.empty() ? std::nullopt : std::optional{text};
    }

    void add_process()
    {
        const Service& service = *service_;
        if (!service.container_name.empty())
            settings_.name = service.container_name;
        settings_.platform = given(service.platform);
        settings_.command = service.command;
        settings_.entrypoint = service.entrypoint;
        if (service.entrypoint && service.entrypoint->empty())
            settings_.entrypoint = std::vector<std::string>{""}; // none at all
        for (const auto& [name, value] : service.environment)
            if (value)
                settings_.environment.push_back(name + "=" + *value);
            else
                tell(true, ("environment." + name).c_str(), "has no value, and the image's stays");
        settings_.working_directory = given(service.working_directory);
        settings_.user = given(service.user);
        settings_.groups = service.groups;
        settings_.hostname = given(service.hostname);
        settings_.domainname = given(service.domain_name);
        settings_.labels = service.labels;
        settings_.labels.insert(service.annotations.begin(), service.annotations.end());
        settings_.labels["com.docker.compose.project"] = project_->name;
        settings_.labels["com.docker.compose.service"] = service.name;
        settings_.has_terminal = service.has_terminal;
        settings_.has_init = service.has_init;
        settings_.stop_signal = given(service.stop_signal);
        settings_.stop_timeout = service.stop_grace_period;
    }

    // "NETWORK[:KEY=VALUE,…]" of --network.
    static std::string network_text(const std::string& name, const compose::NetworkUse& use)
    {
        std::string text = name;
        auto add = [&text, separator = ':'](const char* key, const std::string& value) mutable {
            if (value.empty())
                return;
            text += separator + std::string{key} + "=" + value;
            separator = ',';
        };
        for (const std::string& alias : use.aliases)
            add("alias", alias);
        add("ip", use.ipv4_address);
        add("ip6", use.ipv6_address);
        add("mac", use.mac_address);
        add("interface", use.interface);
        return text;
    }

    void add_networks()
    {
        const Service& service = *service_;
        std::vector<std::pair<std::string, compose::NetworkUse>> uses{service.networks.begin(),
                                                                      service.networks.end()};
        std::stable_sort(uses.begin(), uses.end(),
                         [](const auto& a, const auto& b) { return a.second.priority > b.second.priority; });
        for (auto& [key, use] : uses) {
            if (use.mac_address.empty() && &key == &uses.front().first)
                use.mac_address = service.mac_address;
            settings_.networks.push_back(network_text(project_->networks.at(key).name, use));
            tell(!use.driver_options.empty(), ("networks." + key + ".driver_opts").c_str());
            tell(!use.link_local_addresses.empty(), ("networks." + key + ".link_local_ips").c_str());
            tell(use.gateway_priority != 0, ("networks." + key + ".gw_priority").c_str());
        }
        switch (service.network_mode.with) {
        case Sharing::With::none:
            settings_.networks = {"none"};
            break;
        case Sharing::With::host:
            settings_.networks = {"host"};
            settings_.user_namespace = "host";
            break;
        case Sharing::With::container:
            settings_.networks = {"container:" + service.network_mode.name};
            break;
        case Sharing::With::service:
            settings_.networks = {"container:" + first_container_of(service.network_mode.name)};
            break;
        case Sharing::With::other:
            settings_.networks = {service.network_mode.name == "bridge" ? "default"
                                                                        : service.network_mode.name};
            break;
        default:
            break;
        }
        for (const compose::Port& port : service.ports)
            settings_.ports.push_back(port_text(port));
        for (const compose::ExposedPort& port : service.exposed_ports)
            settings_.exposed_ports.push_back(range_text(port.target) + "/" + port.protocol);
        settings_.name_servers = service.dns_servers;
        settings_.resolver_options = service.dns_options;
        settings_.search_domains = service.dns_search;
        for (const std::string& host : service.extra_hosts) {
            const std::size_t equals = host.find('=');
            settings_.hosts.push_back(host.substr(0, equals) + ":" + host.substr(equals + 1));
        }
    }

    // The name that the group gives its first replica.
    std::string first_container_of(const std::string& service) const
    {
        const auto found = project_->services.find(service);
        const bool is_named = found != project_->services.end() && !found->second.container_name.empty();
        return is_named ? found->second.container_name : project_->name + "-" + service + "-1";
    }

    static std::string range_text(const compose::PortRange& range)
    {
        const std::string first = std::to_string(range.first);
        return range.first == range.last ? first : first + "-" + std::to_string(range.last);
    }

    std::string port_text(const compose::Port& port) const
    {
        std::string text;
        if (!port.host_address.empty())
            text = (port.host_address.find(':') == std::string::npos ? port.host_address
                                                                     : "[" + port.host_address + "]") +
                   ":";
        if (port.published) {
            if (port.published->size() != port.target.size())
                throw refusal("ports: " + range_text(*port.published) + ":" + range_text(port.target) +
                              ": one of several ports is not chosen: name one, or none for any");
            text += range_text(*port.published) + ":";
        } else if (!text.empty()) {
            text += ":";
        }
        return text + range_text(port.target) + "/" + port.protocol;
    }

    void add_mounts()
    {
        for (const Mount& mount : service_->mounts)
            settings_.mounts.push_back(mount_of(mount));
        for (const compose::VolumesFrom& from : service_->volumes_from)
            settings_.volumes_from.push_back((from.is_container ? from.name : first_container_of(from.name)) +
                                             (from.is_read_only ? ":ro" : ""));
        for (const compose::Grant& one : service_->configs)
            add_secret(one, stored_config_name(project_->configs.at(one.source)), "configs");
        for (const compose::Grant& one : service_->secrets)
            add_secret(one, stored_secret_name(project_->secrets.at(one.source)), "secrets");
    }

    void add_secret(const compose::Grant& grant, std::string name, const char* section)
    {
        const auto number = [&](const std::string& text, const char* key) -> std::uint32_t {
            std::uint32_t id = 0;
            const char* const end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, id);
            if (!text.empty() && (read.ec != std::errc{} || read.ptr != end))
                throw refusal(std::string{section} + "." + grant.source + "." + key +
                              ": takes a number, not '" + text + "'");
            return id;
        };
        constexpr std::uint32_t usual_mode = 0444;
        settings_.secrets.push_back({std::move(name), grant.target, number(grant.user, "uid"),
                                     number(grant.group, "gid"), grant.mode.value_or(usual_mode)});
    }

    client::Mount mount_of(const Mount& mount)
    {
        client::Mount made;
        made.target = mount.target;
        made.is_read_only = mount.is_read_only;
        switch (mount.kind) {
        case MountKind::volume:
            made.type = "volume";
            if (!mount.source.empty())
                made.source = project_->volumes.at(mount.source).name;
            made.has_no_copy = !mount.is_copied_up;
            made.sub_path = mount.subpath;
            made.volume_labels = mount.labels;
            break;
        case MountKind::bind:
            made.type = "bind";
            made.source = mount.source;
            made.propagation = mount.propagation;
            made.recursive = mount.recursive;
            if (mount.creates_source)
                group_->directories.push_back(mount.source);
            tell(mount.relabel != '\0', "volumes", "labels of SELinux are not changed");
            break;
        case MountKind::tmpfs:
            made.type = "tmpfs";
            made.size = mount.size;
            if (mount.mode)
                made.mode = *mount.mode;
            for (std::size_t at = 0; at < mount.options.size();) {
                const std::size_t end = std::min(mount.options.find(',', at), mount.options.size());
                made.options.push_back(mount.options.substr(at, end - at));
                at = end + 1;
            }
            break;
        case MountKind::image:
            throw refusal("volumes: images are not mounted: " + mount.source);
        }
        return made;
    }

    void add_resources()
    {
        for (const std::string& key : apply_resources(service_->resources, settings_))
            tell(true, key.c_str());
    }

    void add_security()
    {
        const Service& service = *service_;
        settings_.has_read_only_root = service.is_read_only;
        settings_.is_privileged = service.is_privileged;
        settings_.added_capabilities = service.added_capabilities;
        settings_.dropped_capabilities = service.dropped_capabilities;
        for (const compose::Device& device : service.devices)
            settings_.devices.push_back(device.target.empty()
                                            ? device.source
                                            : device.source + ":" + device.target + ":" + device.permissions);
        settings_.sysctls = service.sysctls;
        const auto share = [this](const Sharing& sharing, const char* key, const char* name) {
            if (sharing.with == Sharing::With::host) {
                settings_.host_namespaces.push_back(name);
                settings_.user_namespace = "host";
            } else {
                tell(sharing.with != Sharing::With::unset && sharing.with != Sharing::With::own &&
                         sharing.with != Sharing::With::shareable,
                     key);
            }
        };
        share(service.pid, "pid", "pid");
        share(service.ipc, "ipc", "ipc");
        share(service.uts, "uts", "uts");
        share(service.cgroup, "cgroup", "cgroup");
        if (service.user_namespace.with == Sharing::With::host)
            settings_.user_namespace = "host";
        else if (service.user_namespace.with == Sharing::With::other)
            settings_.user_namespace =
                service.user_namespace.name == "keep-id" ? "keep" : service.user_namespace.name;
        for (const std::string& option : service.security_options) {
            if (option == "no-new-privileges:true" || option == "no-new-privileges")
                continue; // as it is
            if (option == "no-new-privileges:false")
                settings_.has_new_privileges = true;
            else if (option == "seccomp:unconfined" || option == "seccomp=unconfined")
                settings_.seccomp = "unconfined";
            else
                tell(true, "security_opt", ("'" + option + "' is not acted on").c_str());
        }
    }

    void add_health()
    {
        if (!service_->health_check)
            return;
        const compose::HealthCheck& check = *service_->health_check;
        if (check.is_disabled) {
            settings_.health_test = {"NONE"};
            return;
        }
        if (!check.test.empty()) {
            settings_.health_test = {check.uses_shell ? "CMD-SHELL" : "CMD"};
            settings_.health_test.insert(settings_.health_test.end(), check.test.begin(), check.test.end());
        }
        settings_.health_interval = check.interval;
        settings_.health_timeout = check.timeout;
        settings_.health_start_period = check.start_period;
        settings_.health_start_interval = check.start_interval;
        settings_.health_retries = check.retries;
    }

    void add_restart()
    {
        const compose::RestartPolicy& policy = service_->restart;
        settings_.restart = restart_text(policy);
        tell(policy.attempts && policy.when != compose::RestartPolicy::When::on_failure,
             "deploy.restart_policy.max_attempts",
             "is not acted on: restarts are counted where the condition is on-failure");
    }

    void tell_the_rest()
    {
        const Service& service = *service_;
        tell(service.provider.has_value(), "provider");
        tell(service.pull_refresh_after && *service.pull_refresh_after != service.pull_policy.age,
             "pull_refresh_after", "is not acted on: pull_policy is not refresh");
        tell(!service.deploy.labels.empty(), "deploy.labels");
        tell(service.is_stdin_open && !service.has_terminal, "stdin_open");
        tell(!service.pre_start.empty(), "pre_start");
        tell(!service.post_start.empty(), "post_start");
        tell(!service.pre_stop.empty(), "pre_stop");
        tell(!service.links.empty(), "links", "is not acted on: services find each other by their names");
        tell(!service.external_links.empty(), "external_links");
        tell(!service.storage_options.empty(), "storage_opt");
        tell(!service.device_rules.empty(), "device_cgroup_rules");
        tell(!service.cgroup_parent.empty(), "cgroup_parent", "is not acted on: the group is a slice");
        tell(!service.runtime.empty(), "runtime");
        tell(service.logging && service.logging->driver != "journald", "logging",
             "is not acted on: logs are in the journal");
    }

    const Project* project_;
    const Service* service_;
    ComposeGroup* group_;
    client::ContainerSettings settings_;
};

} // namespace

std::string image_of(const Project& project, const Service& service)
{
    if (!service.image.empty())
        return service.image;
    if (service.build)
        return project.name + "-" + service.name;
    throw Failure{ErrorCode::invalid_configuration,
                  "services." + service.name + ": it has no image, and nothing to build one from"};
}

client::ContainerSettings container_of(const Project& project, const Service& service, ComposeGroup& group)
{
    return Translation{project, service, group}.settings();
}

} // namespace slipway::cli
