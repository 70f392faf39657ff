// SPDX-License-Identifier: LGPL-2.1-or-later
// DeviceEdits: what a container's CDI devices add to it, as the host was when they were looked for.
#pragma once

#include "base/json.hpp"
#include "oci/runtime_config.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace slipway::engine {

struct DeviceEdits {
    std::vector<std::string> environment;  // replaces the container's of the same keys
    std::vector<oci::Device> devices;      // a later one replaces an earlier one of the same path
    std::vector<std::string> device_rules; // of systemd's DeviceAllow: "/dev/char/1:3 rw"
    std::vector<oci::Mount> mounts;        // replace those of the same destinations
    oci::Hooks hooks;
    std::vector<std::uint32_t> additional_gids; // of the container
};

// CONFIG has a process.
void apply(const DeviceEdits& edits, oci::RuntimeConfig& config);

Json to_json_value(const DeviceEdits& edits);
// What to_json_value() gives.
DeviceEdits read_device_edits(const Json& json);

} // namespace slipway::engine
