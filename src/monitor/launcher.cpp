// SPDX-License-Identifier: LGPL-2.1-or-later
// Launcher: spawned, and told.
#include "monitor/launcher.hpp"

#include "base/failure.hpp"
#include "base/packet.hpp"
#include "kernel/program.hpp"
#include "kernel/spawn.hpp"
#include "monitor/messages.hpp"

#include <exception>
#include <fcntl.h>
#include <poll.h>
#include <utility>

namespace slipway::monitor {

Launcher::Launcher(const std::string& program)
{
    FdPair pair = make_packet_pair();
    const Fd null{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open", "/dev/null")};
    // Where the container's root is the host's it could overwrite the launcher through /proc/self/exe
    // (CVE-2019-5736).
    kernel::Spawned spawned = kernel::spawn(kernel::read_only_program(program), {"slipway-launch", "--wait"},
                                            kernel::own_environment(),
                                            {{null.number(), 0},
                                             {null.number(), 1},
                                             {null.number(), 2},
                                             {null.number(), 3},
                                             {pair.second.number(), 4}});
    process_ = {.pid = spawned.pid, .pidfd = std::move(spawned.pidfd)};
    conversation_ = std::move(pair.first);
}

bool Launcher::has_ended() const
{
    pollfd end{process_.pidfd.number(), POLLIN, 0};
    return ::poll(&end, 1, 0) != 0;
}

void Launcher::begin(int input, int output, int error, int request, const std::vector<Fd>& listening)
{
    std::vector<int> descriptors{input, output, error, request};
    for (const Fd& socket : listening)
        descriptors.push_back(socket.number());
    static_cast<void>(try_send_packet(conversation_.number(), begin_text, descriptors));
}

void Launchers::expect() noexcept
{
    try {
        waiting_.emplace(program_);
    } catch (const std::exception&) {
        waiting_.reset();
    }
}

Launcher Launchers::take()
{
    std::optional<Launcher> launcher = std::exchange(waiting_, std::nullopt);
    // It may have waited for days.
    if (launcher && !launcher->has_ended())
        return std::move(*launcher);
    return Launcher{program_};
}

} // namespace slipway::monitor
