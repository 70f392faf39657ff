// SPDX-License-Identifier: LGPL-2.1-or-later
// StillPayload: written to the cgroup's own file, which systemd has no part in.
#include "placement/still_payload.hpp"

#include "async/timer.hpp"
#include "base/failure.hpp"
#include "kernel/cgroup.hpp"

#include <fcntl.h>

namespace slipway::placement {

namespace {

constexpr const char* freeze_file = "cgroup.freeze";
constexpr std::chrono::seconds patience{5};
constexpr std::chrono::milliseconds next_look{2};

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
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!is_still() && std::chrono::steady_clock::now() < end)
        co_await async::sleep_for(loop, next_look);
}

bool StillPayload::is_still() const
{
    return !payload_ ||
           kernel::read_cgroup_file(payload_, "cgroup.events").find("frozen 1") != std::string::npos;
}

void let_payload_go_on(const std::string& directory)
{
    const Fd payload = open_payload(directory);
    if (payload && kernel::read_cgroup_file(payload, freeze_file) == "1")
        kernel::write_cgroup_file(payload, freeze_file, "0", "thaw the payload");
}

} // namespace slipway::placement
