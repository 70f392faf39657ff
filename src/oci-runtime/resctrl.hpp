// SPDX-License-Identifier: LGPL-2.1-or-later
// linux.intelRdt: a group of the resctrl file system (the kernel's filesystems/resctrl.rst).
#pragma once

#include "oci/runtime_config.hpp"

#include <string>
#include <sys/types.h>

namespace slipway::oci_runtime {

// Throws Failure{not_supported} where it is asked for and the host does not have it.
void require_resctrl(const oci::Linux& settings);

// Makes the group if need be, and puts PID in; the directory that is ours to remove, or empty. Throws
// Failure.
std::string enter_resctrl(const oci::Linux& settings, const std::string& id, pid_t pid);

void remove_resctrl(const std::string& directory) noexcept;

} // namespace slipway::oci_runtime
