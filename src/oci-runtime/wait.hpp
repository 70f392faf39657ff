// SPDX-License-Identifier: LGPL-2.1-or-later
// Waiting for a process in the foreground, as if it were us.
#pragma once

#include "base/fd.hpp"
#include "oci-runtime/notify.hpp"

#include <sys/types.h>

namespace slipway::oci_runtime {

// Signals wait from now on, for a foreground wait to pass them on. Before anything is started.
void hold_signals();

// Until the child PID (PROCESS) ends: passes on our signals, what the container notifies of, and with an open
// TERMINAL, its master side, our standard streams. The exit status, as a shell has it. Throws Failure.
int wait_in_foreground(pid_t pid, const Fd& process, Fd terminal, Notifications* notifications);

// Until the container says that it is ready, or PROCESS ends.
void wait_for_readiness(const Fd& process, Notifications& notifications);

} // namespace slipway::oci_runtime
