// SPDX-License-Identifier: LGPL-2.1-or-later
// Other processes: pidfd_open(2), pidfd_getfd(2), pidfd_send_signal(2).
#include "kernel/process.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <charconv>
#include <string>
#include <sys/syscall.h>

namespace slipway::kernel {

Fd open_process(pid_t pid)
{
    return Fd{
        static_cast<int>(check(::syscall(SYS_pidfd_open, pid, 0), "find the process", std::to_string(pid)))};
}

std::optional<std::uint64_t> find_start_time(pid_t pid)
{
    std::optional<std::string> stat;
    try {
        stat = find_file("/proc/" + std::to_string(pid) + "/stat", 4096);
    } catch (const Failure&) {
        return std::nullopt; // ESRCH while it is read
    }
    // The name, in parentheses, may have anything in it.
    const std::size_t name_end = stat ? stat->rfind(')') : std::string::npos;
    if (name_end == std::string::npos || stat->size() < name_end + 3)
        return std::nullopt;
    const char state = (*stat)[name_end + 2];
    if (state == 'Z' || state == 'X')
        return std::nullopt;
    std::size_t field = name_end + 2;
    constexpr int from_state_to_start_time = 19;
    for (int i = 0; i < from_state_to_start_time && field != std::string::npos; ++i)
        field = stat->find(' ', field + 1);
    std::uint64_t ticks = 0;
    if (field == std::string::npos ||
        std::from_chars(stat->data() + field + 1, stat->data() + stat->size(), ticks).ec != std::errc{})
        return std::nullopt;
    return ticks;
}

Fd take_descriptor(const Fd& process, int number)
{
    return Fd{static_cast<int>(::syscall(SYS_pidfd_getfd, process.number(), number, 0))};
}

bool send_signal(const Fd& process, int signal)
{
    if (::syscall(SYS_pidfd_send_signal, process.number(), signal, nullptr, 0) >= 0)
        return true;
    if (errno != ESRCH)
        throw errno_failure(errno, "send a signal");
    return false;
}

} // namespace slipway::kernel
