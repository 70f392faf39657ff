// SPDX-License-Identifier: LGPL-2.1-or-later
// The defaults of every container: what it sees and what it may (OCI runtime specification, config-linux.md).
#include "engine/container/environment.hpp"
#include "engine/container/id_ranges.hpp"
#include "engine/container/settings.hpp"

namespace slipway::engine {

namespace {

std::vector<oci::Mount> default_mounts()
{
    return {
        {"/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}},
        {"/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}},
        {"/dev/pts",
         "devpts",
         "devpts",
         {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}},
        {"/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}},
        {"/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}},
        {"/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}},
        {"/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev", "relatime", "ro"}},
    };
}

void hide_system_paths(oci::Linux& settings)
{
    settings.masked_paths = {
        "/proc/acpi",
        "/proc/asound",
        "/proc/interrupts",
        "/proc/kcore",
        "/proc/keys",
        "/proc/latency_stats",
        "/proc/sched_debug",
        "/proc/scsi",
        "/proc/timer_list",
        "/proc/timer_stats",
        "/sys/devices/virtual/powercap",
        "/sys/firmware",
    };
    settings.readonly_paths = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
}

// Of interfaces that are not its user namespace's the kernel shows nobody else in it a new sysfs.
void choose_network(const ContainerSpec& spec, oci::RuntimeConfig& config)
{
    const NetworkKind kind = spec.network.kind;
    if (kind == NetworkKind::host)
        std::erase_if(config.linux.namespaces,
                      [](const oci::Namespace& wish) { return wish.type == oci::NamespaceType::network; });
    if (!spec.first_host_id || (kind != NetworkKind::host && kind != NetworkKind::path))
        return;
    for (oci::Mount& mount : config.mounts)
        if (mount.destination == "/sys")
            mount = {"/sys", "bind", "/sys", {"rbind", "nosuid", "noexec", "nodev", "ro", "rslave"}};
}

} // namespace

oci::RuntimeConfig runtime_config(const ContainerSpec& spec)
{
    oci::RuntimeConfig config;
    oci::Process process;
    process.terminal = spec.has_terminal;
    process.args = spec.arguments;
    process.env = spec.environment;
    if (spec.notifies)
        set_variable(process.env, std::string{"NOTIFY_SOCKET="} + notify_mount + "/socket");
    for (const std::string& variable : environment_of(spec.listeners))
        set_variable(process.env, variable);
    for (const std::string& variable : environment_of(spec.wires))
        if (!has_variable(process.env, variable.substr(0, variable.find('=') + 1)))
            process.env.push_back(variable);
    if (std::any_of(spec.secrets.begin(), spec.secrets.end(), is_in_secrets_directory))
        set_variable(process.env, std::string{"CREDENTIALS_DIRECTORY="} + secrets_directory);
    process.cwd = spec.working_directory;
    process.no_new_privileges = !spec.security.has_new_privileges;
    oci::Capabilities capabilities;
    capabilities.bounding = spec.security.capabilities;
    capabilities.effective = spec.security.capabilities;
    capabilities.permitted = spec.security.capabilities;
    process.capabilities = std::move(capabilities);
    config.process = std::move(process);
    config.root.path = "rootfs";
    config.hostname = spec.hostname;
    config.mounts = default_mounts();
    for (const oci::NamespaceType type :
         {oci::NamespaceType::pid, oci::NamespaceType::network, oci::NamespaceType::ipc,
          oci::NamespaceType::uts, oci::NamespaceType::mount, oci::NamespaceType::cgroup})
        config.linux.namespaces.push_back({type, {}});
    config.linux.seccomp = spec.security.seccomp;
    config.linux.devices = spec.security.devices;
    if (spec.first_host_id) {
        config.linux.namespaces.push_back({oci::NamespaceType::user, {}});
        config.linux.uid_mappings = {{0, *spec.first_host_id, ids_per_container}};
        config.linux.gid_mappings = config.linux.uid_mappings;
    }
    choose_network(spec, config);
    apply(spec.surroundings, config);
    if (spec.security.is_privileged)
        for (oci::Mount& mount : config.mounts)
            std::erase(mount.options, "ro");
    if (!spec.security.has_open_system_paths)
        hide_system_paths(config.linux);
    apply(spec.device_edits, config);
    return config;
}

} // namespace slipway::engine
