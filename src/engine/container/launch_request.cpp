// SPDX-License-Identifier: LGPL-2.1-or-later
// Launch requests of the engine's containers.
#include "engine/container/launch_request.hpp"

#include "base/file.hpp"
#include "sandbox/request.hpp"

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

sandbox::LaunchRequest request_of(const ContainerSpec& spec, const RequestGround& ground)
{
    sandbox::LaunchRequest request;
    request.config = runtime_config(spec);
    if (!ground.own_ids.uids.empty())
        use_own_ids(request.config, ground.own_ids);
    request.user = spec.user;
    if (!spec.security.is_unconfined)
        request.seccomp = "default";
    request.filters = ground.filters;
    request.has_own_keyring = true;
    request.follows_monitor = true;
    return request;
}

} // namespace

Fd create_request(const ContainerSpec& spec, const std::vector<std::filesystem::path>& layers,
                  const std::filesystem::path& directory, const LaunchMounts& mounts,
                  const RequestGround& ground)
{
    sandbox::LaunchRequest request = request_of(spec, ground);
    request.config.mounts = merge(std::move(request.config.mounts), mounts.mounts);
    request.sources = mounts.sources;
    request.overlay = sandbox::OverlayRequest{{layers.begin(), layers.end()}, directory, ground.fuse_overlay};
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
