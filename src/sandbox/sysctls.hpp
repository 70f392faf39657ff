// SPDX-License-Identifier: LGPL-2.1-or-later
// linux.sysctl and linux.timeOffsets: what namespaces hold, by way of proc(5).
#pragma once

#include "base/fd.hpp"
#include "oci/runtime_config.hpp"

namespace slipway::sandbox {

// In the container's namespaces. PROC: the host's. Throws Failure{invalid_argument} for one that the kernel
// does not have.
void set_sysctls(const oci::Linux& settings, const Fd& proc);

// After the time namespace is made, before anybody is born in it (time_namespaces(7)).
void set_time_offsets(const oci::Linux& settings, const Fd& proc);

} // namespace slipway::sandbox
