// SPDX-License-Identifier: LGPL-2.1-or-later
// spec: a configuration to begin with.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "oci-runtime/command_line.hpp"
#include "oci/runtime_config.hpp"

#include <filesystem>
#include <unistd.h>

namespace slipway::oci_runtime {

namespace {

oci::RuntimeConfig example()
{
    oci::RuntimeConfig config;
    oci::Process& process = config.process.emplace();
    process.terminal = true;
    process.args = {"sh"};
    process.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"};
    process.no_new_privileges = true;
    oci::Capabilities& capabilities = process.capabilities.emplace();
    capabilities.bounding = {"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"};
    capabilities.effective = capabilities.bounding;
    capabilities.permitted = capabilities.bounding;
    process.rlimits = {{"RLIMIT_NOFILE", 1024, 1024}};
    config.root = {"rootfs", true};
    config.hostname = "container";
    config.mounts = {
        {"/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}, {}, {}},
        {"/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}, {}, {}},
        {"/dev/pts",
         "devpts",
         "devpts",
         {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"},
         {},
         {}},
        {"/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}, {}, {}},
        {"/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}, {}, {}},
        {"/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}, {}, {}},
        {"/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev", "relatime", "ro"}, {}, {}},
    };
    oci::Linux& settings = config.linux;
    for (const oci::NamespaceType type :
         {oci::NamespaceType::pid, oci::NamespaceType::network, oci::NamespaceType::ipc,
          oci::NamespaceType::uts, oci::NamespaceType::mount, oci::NamespaceType::cgroup})
        settings.namespaces.push_back({type, {}});
    settings.resources.emplace().devices = {{false, std::nullopt, std::nullopt, std::nullopt, "rwm"}};
    settings.masked_paths = {
        "/proc/acpi",       "/proc/asound",      "/proc/kcore",       "/proc/keys",    "/proc/latency_stats",
        "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"};
    settings.readonly_paths = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
    return config;
}

// What one user without privileges may have.
void make_rootless(oci::RuntimeConfig& config)
{
    std::erase_if(config.linux.namespaces,
                  [](const oci::Namespace& space) { return space.type == oci::NamespaceType::network; });
    config.linux.namespaces.push_back({oci::NamespaceType::user, {}});
    config.linux.uid_mappings = {{0, ::geteuid(), 1}};
    config.linux.gid_mappings = {{0, ::getegid(), 1}};
    config.linux.resources.reset();
    for (oci::Mount& mount : config.mounts) {
        std::erase_if(mount.options, [](const std::string& option) { return option.starts_with("gid="); });
        if (mount.destination == "/sys")
            mount = {"/sys", "none", "/sys", {"rbind", "nosuid", "noexec", "nodev", "ro"}, {}, {}};
    }
}

} // namespace

int spec(Context& /*context*/, const Arguments& arguments)
{
    std::string bundle;
    bool is_rootless = false;
    Options options = make_options("spec [OPTIONS]", "Writes config.json into the bundle.");
    options.text("-b,--bundle", bundle, "DIRECTORY", "The bundle (the working directory)");
    options.flag("--rootless", is_rootless, "For a user without privileges");
    options.parse(arguments);
    oci::RuntimeConfig config = example();
    if (is_rootless)
        make_rootless(config);
    const std::filesystem::path path = std::filesystem::path{bundle.empty() ? "." : bundle} / "config.json";
    if (std::filesystem::exists(path))
        throw Failure{ErrorCode::name_taken, path.native() + " exists already; remove it first"};
    replace_file(path, json_text(parse_json(oci::to_json(config)), StrayBytes::refused, 4) + "\n",
                 Durability::page_cache, 0644);
    return 0;
}

} // namespace slipway::oci_runtime
