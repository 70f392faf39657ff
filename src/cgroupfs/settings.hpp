// SPDX-License-Identifier: LGPL-2.1-or-later
// What OCI resources are in the files of cgroups.
#pragma once

#include "kernel/device_program.hpp"
#include "oci/resources.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace slipway::cgroupfs {

// One write. WHAT is the JSON path of the wish, for failures.
struct Setting {
    std::string controller; // "memory"; empty: of the cgroup itself
    std::string file;       // "memory.max"
    std::string value;
    std::string what;
};

// Where the runtime specification has them.
inline constexpr const char* resources_path = "linux.resources.";

// "MAJOR:MINOR ", with which a line about a device begins.
std::string device_key(std::int64_t major, std::int64_t minor);

// Of the unified hierarchy (the kernel's admin-guide/cgroup-v2.rst), in the order of writing. What only the
// old ones had (swappiness, kernel memory, real-time budgets, network classes) has no place here and is left
// out, as in other runtimes.
std::vector<Setting> settings_of(const oci::Resources& resources);

// Of the old hierarchies (admin-guide/cgroup-v1), devices included.
std::vector<Setting> old_settings_of(const oci::Resources& resources);

// The rules, then those without which no container works: making nodes, and null, zero, full, random,
// urandom, tty, ptmx and the terminals. Empty where there are no rules.
std::vector<oci::DeviceRule> complete_rules(const std::vector<oci::DeviceRule>& rules);

std::vector<kernel::DeviceAccess> device_accesses(const std::vector<oci::DeviceRule>& rules);

} // namespace slipway::cgroupfs
