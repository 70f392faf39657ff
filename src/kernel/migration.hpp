// SPDX-License-Identifier: LGPL-2.1-or-later
// Migration between cgroups: its waiting begun ahead of time.
#pragma once

namespace slipway::kernel {

// Whoever moves a process into another cgroup waits for an RCU grace period, of 5 to 15 milliseconds on a
// machine with little to do, unless somebody has waited for one a moment ago (percpu_down_write() of
// cgroup_threadgroup_rwsem, in kernel/cgroup/cgroup.c). This waits for one by moving the calling process to
// the cgroup where it is already, so that the migration which is to come soon finds most of the time gone by.
// Blocks for that long, so call it on a worker; does nothing where it cannot.
void hasten_migration() noexcept;

} // namespace slipway::kernel
