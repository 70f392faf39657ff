// SPDX-License-Identifier: LGPL-2.1-or-later
// Other processes by descriptor (pidfd_open(2)), so that a reused PID is nobody's.
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <optional>
#include <sys/types.h>

namespace slipway::kernel {

// Linux 5.3. Throws Failure.
Fd open_process(pid_t pid);

// When PID began, in clock ticks since boot (proc_pid_stat(5)); with the PID it names a process for good.
// Nothing where there is no such process, or only its remains (a zombie).
std::optional<std::uint64_t> find_start_time(pid_t pid);

// A copy of descriptor NUMBER of another process (pidfd_getfd(2), Linux 5.6); not open where it has none.
Fd take_descriptor(const Fd& process, int number);

// False where the process has ended.
bool send_signal(const Fd& process, int signal);

} // namespace slipway::kernel
