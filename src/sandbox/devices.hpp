// SPDX-License-Identifier: LGPL-2.1-or-later
// Device nodes: those that the OCI runtime specification gives every container, and those of the
// configuration.
#pragma once

#include "base/fd.hpp"
#include "oci/runtime_config.hpp"

namespace slipway::sandbox {

// The default devices and settings.devices.
std::vector<oci::Device> all_devices(const oci::Linux& settings);

// Makes the nodes that belong below /dev in DIRECTORY, a file system that allows devices, and the links
// beside them. Owners are seen through the user namespace's mappings, where there are any. With the host's
// rights. Throws Failure.
void make_devices(const Fd& directory, const oci::Linux& settings);

// The host's ID for one of the container's. Throws Failure{invalid_argument} for one that is not mapped.
std::uint32_t host_id(const std::vector<oci::IdMapping>& mappings, std::uint32_t id);

} // namespace slipway::sandbox
