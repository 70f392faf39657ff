// SPDX-License-Identifier: LGPL-2.1-or-later
// Launch requests of the engine's containers.
#include "engine/container/launch_request.hpp"

#include "base/file.hpp"
#include "sandbox/request.hpp"

namespace slipway::engine {

namespace {

// Compiled system call filters, for as long as the machine runs.
constexpr const char* filter_directory = "/run/slipway/filters";

sandbox::LaunchRequest request_of(const ContainerSpec& spec)
{
    sandbox::LaunchRequest request;
    request.config = runtime_config(spec);
    request.user = spec.user;
    if (!spec.security.is_unconfined)
        request.seccomp = "default";
    request.filters = filter_directory;
    request.has_own_keyring = true;
    request.follows_monitor = true;
    return request;
}

} // namespace

Fd create_request(const ContainerSpec& spec, const std::vector<std::filesystem::path>& layers,
                  const std::filesystem::path& directory, const LaunchMounts& mounts)
{
    sandbox::LaunchRequest request = request_of(spec);
    request.config.mounts = merge(std::move(request.config.mounts), mounts.mounts);
    request.sources = mounts.sources;
    request.overlay = sandbox::OverlayRequest{{layers.begin(), layers.end()}, directory};
    return make_memory_file("launch-request", sandbox::to_json(request));
}

Fd exec_request(const ContainerSpec& spec, pid_t payload)
{
    sandbox::LaunchRequest request = request_of(spec);
    request.is_exec = true;
    request.payload = payload;
    return make_memory_file("launch-request", sandbox::to_json(request));
}

} // namespace slipway::engine
