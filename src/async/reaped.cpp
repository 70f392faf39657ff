// SPDX-License-Identifier: LGPL-2.1-or-later
// reaped(): pidfd readable, then waitpid(2).
#include "async/reaped.hpp"

#include <sys/wait.h>

namespace slipway::async {

Task<> reaped(EventLoop& loop, pid_t pid, Fd pidfd)
{
    co_await readable(loop, pidfd.number());
    ::waitpid(pid, nullptr, 0);
}

} // namespace slipway::async
