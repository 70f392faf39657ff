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

// Compiled system call filters, for as long as the machine runs.
constexpr const char* filter_directory = "/run/slipway/filters";

sandbox::LaunchRequest request_of(const ContainerSpec& spec)
{
    sandbox::LaunchRequest request;
    request.config = runtime_config(spec);
    request.user = spec.user;
    request.groups = spec.surroundings.groups;
    if (!spec.security.is_unconfined)
        request.seccomp = "default";
    request.filters = filter_directory;
    request.has_own_keyring = true;
    request.follows_monitor = true;
    return request;
}

} // namespace

Fd create_request(const ContainerSpec& spec, const std::string& id, const LaunchPlaces& places)
{
    sandbox::LaunchRequest request = request_of(spec);
    request.overlay = sandbox::OverlayRequest{{places.layers.begin(), places.layers.end()}, places.directory};
    if (spec.security.is_privileged) {
        // What was asked for by name comes first.
        std::vector<oci::Device>& devices = request.config.linux.devices;
        for (oci::Device& device : host_devices(spec.first_host_id ? Owners::root : Owners::hosts))
            if (std::none_of(devices.begin(), devices.end(),
                             [&device](const oci::Device& other) { return other.path == device.path; }))
                devices.push_back(std::move(device));
    }
    const oci::Hooks& hooks = request.config.hooks;
    if (has_any(hooks)) {
        request.awaits_hooks = !hooks.prestart.empty() || !hooks.create_runtime.empty();
        request.config.root.path = bundle_root(places.bundle);
        request.state = bundle_state(places.bundle, request.config, id);
        make_bundle(places.bundle, request.config, spec.first_host_id);
    }
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
