// SPDX-License-Identifier: LGPL-2.1-or-later
// Device nodes: those that the OCI runtime specification gives every container, and those of the
// configuration.
#pragma once

#include "base/fd.hpp"
#include "oci/runtime_config.hpp"

namespace slipway::sandbox {

// The default devices and settings.devices.
std::vector<oci::Device> all_devices(const oci::Linux& settings);

// Makes the node at PLACE, relative to DIRECTORY, which is of a file system that allows devices. Its owner is
// seen through the user namespace's mappings, where there are any. No node is made where only root of the
// host may make one. Throws Failure.
enum class Made { no, yes };
Made make_device(const Fd& directory, const std::string& place, const oci::Device& device,
                 const oci::Linux& settings);

// The same device of the host's, to be mounted in place of a node. Throws Failure{access_denied}.
Fd find_hosts_device(const oci::Device& device);

// The links that a /dev has besides: fd, stdin, stdout, stderr, ptmx; those that can be made.
void make_device_links(const Fd& directory, const oci::Linux& settings);

// The host's ID for one of the container's. Throws Failure{invalid_argument} for one that is not mapped.
std::uint32_t host_id(const std::vector<oci::IdMapping>& mappings, std::uint32_t id);

} // namespace slipway::sandbox
