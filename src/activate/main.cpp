// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-activate: what systemd starts for a container with listening sockets: it brings them to the engine,
// and is there for as long as the container runs, so that systemd leaves the sockets alone meanwhile.
#include "activate/activation.hpp"
#include "base/failure.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

namespace {

constexpr int usage_status = 2;

std::vector<slipway::Fd> handed_sockets()
{
    std::vector<slipway::Fd> sockets;
    const int count = ::sd_listen_fds(1);
    sockets.reserve(static_cast<std::size_t>(std::max(count, 0)));
    for (int number = 0; number < count; ++number)
        sockets.emplace_back(SD_LISTEN_FDS_START + number);
    return sockets;
}

int run(const char* container)
{
    using namespace slipway;
    std::vector<Fd> sockets = handed_sockets();
    if (sockets.empty())
        throw Failure{ErrorCode::invalid_argument, "systemd has handed over no socket"};
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    check(::sigprocmask(SIG_BLOCK, &signals, nullptr), "block SIGTERM");
    async::EventLoop loop;
    activate::Activation activation{loop, container, std::move(sockets)};
    return loop.run();
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fputs("usage: slipway-activate CONTAINER\nsystemd hands over the sockets.\n", stderr);
        return usage_status;
    }
    try {
        return run(argv[1]);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "slipway-activate: %s\n", failure.what());
        return 1;
    }
}
