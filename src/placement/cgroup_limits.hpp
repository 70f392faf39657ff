// SPDX-License-Identifier: LGPL-2.1-or-later
// Limits and devices by systemd's names, as what cgroups themselves have.
#pragma once

#include "oci/resources.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace slipway::placement {

enum class CgroupKind { unified, old };

// systemd.resource-control(5) has the names of LIMITS ("MemoryMax"). What only the unified hierarchy has is
// refused with the old ones: throws Failure{not_supported}.
oci::Resources cgroup_resources(const std::map<std::string, std::uint64_t>& limits, CgroupKind kind);

// DEVICES: "/dev/fuse rw"; all others are forbidden, but those that every container needs. Throws Failure for
// one that is not there.
std::vector<oci::DeviceRule> device_rules(const std::vector<std::string>& devices);

} // namespace slipway::placement
