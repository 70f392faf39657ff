// SPDX-License-Identifier: LGPL-2.1-or-later
// Device edits: into a runtime configuration, into the database and back.
#include "engine/container/device_edits.hpp"

#include "engine/container/environment.hpp"
#include "engine/container/mounts.hpp"

#include <algorithm>

namespace slipway::engine {

namespace {

void append(std::vector<oci::Hook>& hooks, const std::vector<oci::Hook>& more)
{
    hooks.insert(hooks.end(), more.begin(), more.end());
}

} // namespace

void apply(const DeviceEdits& edits, oci::RuntimeConfig& config)
{
    oci::Process& process = *config.process; // NOLINT(bugprone-unchecked-optional-access)
    for (const std::string& variable : edits.environment)
        set_variable(process.env, variable);
    for (const std::uint32_t group : edits.additional_gids)
        process.user.additional_gids.push_back(group);

    for (const oci::Device& device : edits.devices) {
        std::erase_if(config.linux.devices,
                      [&device](const oci::Device& other) { return other.path == device.path; });
        config.linux.devices.push_back(device);
    }
    config.mounts = merge(std::move(config.mounts), edits.mounts);
    append(config.hooks.prestart, edits.hooks.prestart);
    append(config.hooks.create_runtime, edits.hooks.create_runtime);
    append(config.hooks.create_container, edits.hooks.create_container);
    append(config.hooks.start_container, edits.hooks.start_container);
    append(config.hooks.poststart, edits.hooks.poststart);
    append(config.hooks.poststop, edits.hooks.poststop);
}

// The OCI configuration has words for most of it already.
Json to_json_value(const DeviceEdits& edits)
{
    oci::RuntimeConfig config;
    config.linux.devices = edits.devices;
    config.mounts = edits.mounts;
    config.hooks = edits.hooks;
    return {{"environment", edits.environment},
            {"device_rules", edits.device_rules},
            {"additional_gids", edits.additional_gids},
            {"config", oci::to_json(config)}};
}

DeviceEdits read_device_edits(const Json& json)
{
    DeviceEdits edits;
    json.at("environment").get_to(edits.environment);
    json.at("device_rules").get_to(edits.device_rules);
    json.at("additional_gids").get_to(edits.additional_gids);
    oci::RuntimeConfig config = oci::parse_runtime_config(json.at("config").get<std::string>()).value();
    edits.devices = std::move(config.linux.devices);
    edits.mounts = std::move(config.mounts);
    edits.hooks = std::move(config.hooks);
    return edits;
}

} // namespace slipway::engine
