// SPDX-License-Identifier: LGPL-2.1-or-later
// reaped(): until a child process has ended, and is no zombie.
#pragma once

#include "async/readiness.hpp"
#include "async/task.hpp"
#include "base/fd.hpp"

#include <sys/types.h>

namespace slipway::async {

// PIDFD: of our child PID (pidfd_open(2)).
Task<> reaped(EventLoop& loop, pid_t pid, Fd pidfd);

} // namespace slipway::async
