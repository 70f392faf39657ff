// SPDX-License-Identifier: LGPL-2.1-or-later
// Process: signals through the pidfd, statuses from waitid(2).
#include "monitor/process.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <charconv>
#include <csignal>
#include <sys/syscall.h>

namespace slipway::monitor {

void Process::send_signal(int signal) const noexcept
{
    if (pidfd)
        ::syscall(SYS_pidfd_send_signal, pidfd.number(), signal, nullptr, 0);
}

Ending ending_of(const siginfo_t& info, RealTime at)
{
    if (info.si_code == CLD_EXITED)
        return {.status = info.si_status, .signal = 0, .core_dumped = false, .at = at, .oom_killed = false};
    return {.status = 128 + info.si_status,
            .signal = info.si_status,
            .core_dumped = info.si_code == CLD_DUMPED,
            .at = at,
            .oom_killed = false};
}

std::string_view cause_of(const Ending& ending)
{
    if (ending.oom_killed)
        return "oom-kill";
    if (ending.core_dumped)
        return "core-dump";
    return ending.signal != 0 ? "killed" : "exited";
}

Children reap_children(const std::function<void(pid_t, const Ending&)>& on_end)
{
    for (;;) {
        siginfo_t info{};
        if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG) < 0) {
            if (errno == EINTR)
                continue;
            return errno == ECHILD ? Children::none : Children::some;
        }
        if (info.si_pid == 0)
            return Children::some;
        on_end(info.si_pid, ending_of(info, now()));
    }
}

void kill_children(pid_t spared)
{
    // The one thread's; a PID in it cannot be another's before it is reaped here.
    const std::string children = find_file("/proc/thread-self/children").value_or("");
    const char* const end = children.data() + children.size();
    for (const char* at = children.data(); at < end;) {
        pid_t pid = 0;
        const auto [after, error] = std::from_chars(at, end, pid);
        if (error == std::errc{} && pid > 1 && pid != spared)
            ::kill(pid, SIGKILL);
        at = after + 1;
    }
}

} // namespace slipway::monitor
