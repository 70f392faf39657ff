// SPDX-License-Identifier: LGPL-2.1-or-later
// Monitors: spawned, reaped, kept.
#include "engine/container/monitors.hpp"

#include "async/reaped.hpp"
#include "base/failure.hpp"
#include "base/packet.hpp"
#include "kernel/spawn.hpp"

#include <fcntl.h>
#include <poll.h>
#include <utility>

namespace slipway::engine {

namespace {

bool has_ended(const Fd& pidfd)
{
    pollfd end{pidfd.number(), POLLIN, 0};
    return ::poll(&end, 1, 0) != 0;
}

} // namespace

Monitors::Monitors(async::EventLoop& loop, async::TaskScope& reapers, std::filesystem::path programs,
                   const std::filesystem::path& engine_socket)
    : loop_{&loop}, reapers_{&reapers}, program_{programs / "slipway-monitor"},
      environment_{"SLIPWAY_PROGRAMS=" + programs.native(), "SLIPWAY_ENGINE_SOCKET=" + engine_socket.native()}
{
}

Monitors::Monitor Monitors::take()
{
    std::optional<Monitor> spare = std::exchange(spare_, std::nullopt);
    if (spare && !has_ended(spare->pidfd))
        return std::move(*spare);
    return spawn();
}

void Monitors::make_spare()
{
    if (!spare_ || has_ended(spare_->pidfd))
        spare_ = spawn();
}

Monitors::Monitor Monitors::spawn()
{
    FdPair ends = make_packet_pair();
    const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null")};
    kernel::Spawned spawned = kernel::spawn(
        program_, {program_}, environment_,
        {{nothing.number(), 0}, {nothing.number(), 1}, {nothing.number(), 2}, {ends.second.number(), 3}});
    Fd pidfd{check(::fcntl(spawned.pidfd.number(), F_DUPFD_CLOEXEC, 0), "keep a pidfd")};
    reapers_->spawn(async::reaped(*loop_, spawned.pid, std::move(spawned.pidfd)));
    return {spawned.pid, std::move(pidfd), std::move(ends.first)};
}

} // namespace slipway::engine
