// SPDX-License-Identifier: LGPL-2.1-or-later
// StillPayload: written to the cgroup's own file, which systemd has no part in.
#include "placement/still_payload.hpp"

#include "async/readiness.hpp"
#include "async/timer.hpp"
#include "base/failure.hpp"
#include "kernel/cgroup.hpp"

#include <array>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace slipway::placement {

namespace {

constexpr const char* freeze_file = "cgroup.freeze";
constexpr std::chrono::seconds patience{5};

// Empty where there is nothing to freeze.
Fd open_payload(const std::string& directory)
{
    if (directory.empty())
        return {};
    Fd payload{::open((directory + "/payload").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (payload && kernel::read_cgroup_file(payload, freeze_file).empty())
        return {};
    return payload;
}

} // namespace

StillPayload::StillPayload(const std::string& directory) : payload_{open_payload(directory)}
{
    if (payload_)
        kernel::write_cgroup_file(payload_, freeze_file, "1", "freeze the payload");
}

StillPayload::~StillPayload()
{
    try {
        if (payload_)
            kernel::write_cgroup_file(payload_, freeze_file, "0", "thaw the payload");
    } catch (const Failure&) { // NOLINT(bugprone-empty-catch)
        // Its cgroup has gone with it.
    }
}

async::Task<> StillPayload::come_to_rest(async::EventLoop& loop) const
{
    if (!payload_)
        co_return;
    try {
        async::Task<> waiting = hear_of_rest(loop);
        co_await async::within(loop, patience, std::move(waiting));
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::timed_out)
            throw;
    }
}

// The kernel says when cgroup.events is another than it was read last (cgroup-v2.rst).
async::Task<> StillPayload::hear_of_rest(async::EventLoop& loop) const
{
    const Fd events{::openat(payload_.number(), "cgroup.events", O_RDONLY | O_CLOEXEC)};
    check(events.number(), "open", "cgroup.events");
    for (std::array<char, 256> text{};;) {
        const ssize_t size = ::pread(events.number(), text.data(), text.size(), 0);
        if (size < 0 && errno == ENODEV)
            co_return; // the cgroup has gone
        check(size, "read", "cgroup.events");
        const std::string_view lines{text.data(), static_cast<std::size_t>(size)};
        if (lines.find("frozen 1") != std::string_view::npos)
            co_return;
        co_await async::Readiness{loop, events.number(), EPOLLPRI};
    }
}

void let_payload_go_on(const std::string& directory)
{
    const Fd payload = open_payload(directory);
    if (payload && kernel::read_cgroup_file(payload, freeze_file) == "1")
        kernel::write_cgroup_file(payload, freeze_file, "0", "thaw the payload");
}

} // namespace slipway::placement
