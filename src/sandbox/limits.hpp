// SPDX-License-Identifier: LGPL-2.1-or-later
// What a process takes along through execve(2): resource limits, scheduling, I/O priority, personality.
#pragma once

#include "base/fd.hpp"
#include "oci/runtime_config.hpp"

#include <string>

namespace slipway::sandbox {

// With the host's rights, before the payload is born: what only they can raise (getrlimit(2)), and how
// readily the process is killed (proc_pid_oom_score_adj(5)). PROC: the host's. Throws Failure.
void raise_limits(const oci::Process& process, const Fd& proc);

// By the payload, with its capabilities still there. Throws Failure.
void take_limits(const oci::Process& process, const oci::Linux& settings);

// Of an additional process, by the list's numbers; an empty one is no wish. Throws Failure.
void take_affinity(const std::string& list);

} // namespace slipway::sandbox
