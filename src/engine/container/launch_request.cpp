// SPDX-License-Identifier: LGPL-2.1-or-later
// Launch requests of the engine's containers.
#include "engine/container/launch_request.hpp"

#include "base/file.hpp"
#include "engine/container/bundle.hpp"
#include "engine/container/host_devices.hpp"
#include "sandbox/request.hpp"

#include <algorithm>

namespace slipway::engine {

namespace {

// A user's containers have the user's IDs, all of them the same; what names an ID beyond them cannot be.
void use_own_ids(oci::RuntimeConfig& config, const kernel::IdRanges& ids)
{
    const auto take = [](const std::vector<kernel::IdRange>& ranges, std::vector<oci::IdMapping>& mappings) {
        for (const kernel::IdRange& range : ranges)
            mappings.push_back({range.inside, range.outside, range.size});
    };
    config.linux.namespaces.push_back({oci::NamespaceType::user, {}});
    take(ids.uids, config.linux.uid_mappings);
    take(ids.gids, config.linux.gid_mappings);
    constexpr std::uint32_t terminal_group = 5;
    if (ids.gids.back().inside + ids.gids.back().size > terminal_group)
        return;
    for (oci::Mount& mount : config.mounts)
        std::erase(mount.options, "gid=5");
}

// What was asked for by name comes first.
void add_host_devices(std::vector<oci::Device>& devices, Owners owners)
{
    for (oci::Device& device : host_devices(owners))
        if (std::none_of(devices.begin(), devices.end(),
                         [&device](const oci::Device& other) { return other.path == device.path; }))
            devices.push_back(std::move(device));
}

void join(oci::RuntimeConfig& config, oci::NamespaceType type, const std::string& path)
{
    for (oci::Namespace& wish : config.linux.namespaces)
        if (wish.type == type && !path.empty())
            wish.path = path;
}

// No more of the configuration than where the files are and whose: nothing is executed.
sandbox::LaunchRequest view_of(oci::RuntimeConfig config, ViewOf what)
{
    sandbox::LaunchRequest request;
    request.is_view = true;
    request.is_alone = what == ViewOf::root;
    request.config.oci_version = config.oci_version;
    request.config.root = config.root;
    request.config.process.emplace().args = {"none"};
    request.config.process->cwd = "/";
    request.config.linux.uid_mappings = config.linux.uid_mappings;
    request.config.linux.gid_mappings = config.linux.gid_mappings;
    for (const oci::Namespace& wish : config.linux.namespaces)
        if (wish.type == oci::NamespaceType::user || wish.type == oci::NamespaceType::mount)
            request.config.linux.namespaces.push_back(wish);
    return request;
}

sandbox::LaunchRequest request_of(const ContainerSpec& spec, const RequestGround& ground)
{
    sandbox::LaunchRequest request;
    request.config = runtime_config(spec);
    if (!ground.own_ids.uids.empty())
        use_own_ids(request.config, ground.own_ids);
    request.user = spec.user;
    request.groups = spec.surroundings.groups;
    if (!spec.security.is_unconfined)
        request.seccomp = "default";
    request.filters = ground.filters;
    request.has_own_keyring = true;
    request.follows_monitor = true;
    return request;
}

// Of the container alone, and of nothing that is executed in it later.
void add_init(oci::RuntimeConfig& config, const std::string& program)
{
    std::vector<std::string>& words = config.process->args; // NOLINT(bugprone-unchecked-optional-access)
    words.insert(words.begin(), {init_program, "--"});
    config.mounts.push_back({init_program, "bind", program, {"bind", "ro", "nosuid", "nodev"}});
}

} // namespace

Fd create_request(const ContainerSpec& spec, const std::string& id, const LaunchPlaces& places,
                  const LaunchMounts& mounts, const RequestGround& ground)
{
    sandbox::LaunchRequest request = request_of(spec, ground);
    std::vector<oci::Mount>& defaults = request.config.mounts;
    defaults.insert(defaults.end(), places.name_files.begin(), places.name_files.end());
    if (spec.has_init)
        add_init(request.config, places.init);
    request.config.mounts = merge(std::move(defaults), mounts.mounts);
    request.sources = mounts.sources;
    join(request.config, oci::NamespaceType::user, places.user_namespace);
    join(request.config, oci::NamespaceType::network, places.network_namespace);
    request.overlay = places.overlay;
    request.tree = places.tree;
    constexpr int first_passed = 3; // SD_LISTEN_FDS_START
    for (const Listener& listener : spec.listeners)
        if (listener.is_passed())
            request.preserved.push_back(first_passed + static_cast<int>(request.preserved.size()));
    if (spec.security.is_privileged && ground.own_ids.uids.empty())
        add_host_devices(request.config.linux.devices, spec.first_host_id ? Owners::root : Owners::hosts);
    const oci::Hooks& hooks = request.config.hooks;
    if (has_any(hooks)) {
        request.awaits_hooks = !hooks.prestart.empty() || !hooks.create_runtime.empty();
        request.config.root.path = bundle_root(places.bundle);
        request.state = bundle_state(places.bundle, request.config, id);
        make_bundle(places.bundle, request.config, spec.first_host_id);
    }
    return make_memory_file("launch-request", sandbox::to_json(request));
}

Fd view_request(const ContainerSpec& spec, const LaunchPlaces& places, const LaunchMounts& mounts,
                const RequestGround& ground, ViewOf what)
{
    sandbox::LaunchRequest request = view_of(request_of(spec, ground).config, what);
    request.sources = mounts.sources;
    for (const oci::Mount& mount : mounts.mounts)
        if (what == ViewOf::all && mount.type != "tmpfs") // memory that would be gone at once
            request.config.mounts.push_back(mount);
    request.overlay = places.overlay;
    request.tree = places.tree;
    return make_memory_file("launch-request", sandbox::to_json(request));
}

Fd view_request(const ContainerSpec& spec, const std::string& users, const std::string& mounts, ViewOf what)
{
    sandbox::LaunchRequest request = view_of(runtime_config(spec), what);
    request.config.linux.namespaces = {{oci::NamespaceType::mount, mounts}};
    if (!users.empty())
        request.config.linux.namespaces.push_back({oci::NamespaceType::user, users});
    return make_memory_file("launch-request", sandbox::to_json(request));
}

Fd exec_request(const ContainerSpec& spec, pid_t payload, const RequestGround& ground)
{
    sandbox::LaunchRequest request = request_of(spec, ground);
    request.is_exec = true;
    request.payload = payload;
    return make_memory_file("launch-request", sandbox::to_json(request));
}

} // namespace slipway::engine
