// SPDX-License-Identifier: LGPL-2.1-or-later
// Waiting for what a cgroup tells: read, and poll(2) for POLLPRI before it is read again.
#include "cgroupfs/events.hpp"

#include "base/failure.hpp"
#include "kernel/cgroup.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <unistd.h>

namespace slipway::cgroupfs {

namespace {

bool has_line(std::string_view text, std::string_view line)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (text.substr(0, end) == line)
            return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

} // namespace

Awaited await_event(const Fd& cgroup, std::string_view line, Clock::time_point deadline)
{
    const Fd events{::openat(cgroup.number(), "cgroup.events", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!events)
        return Awaited::untold;
    for (;;) {
        // An event that comes behind this read ends the wait at once.
        std::array<char, 256> text{};
        const ssize_t size = ::pread(events.number(), text.data(), text.size(), 0);
        if (size < 0 && errno == ENODEV)
            return Awaited::untold;
        check(size, "read", "cgroup.events");
        if (has_line({text.data(), static_cast<std::size_t>(size)}, line))
            return Awaited::came;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0)
            return Awaited::timed_out;
        pollfd change{events.number(), POLLPRI, 0};
        if (::poll(&change, 1, static_cast<int>(left.count())) < 0 && errno != EINTR)
            throw errno_failure(errno, "wait for", "cgroup.events");
    }
}

} // namespace slipway::cgroupfs
