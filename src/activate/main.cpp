// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-activate: what systemd starts for a container with listening sockets: it brings them to the engine,
// and is there for as long as the container runs, so that systemd leaves the sockets alone meanwhile.
#include "activate/activation.hpp"
#include "async/passed_sockets.hpp"
#include "base/failure.hpp"

#include <csignal>
#include <cstdio>

namespace {

constexpr int usage_status = 2;

int run(const char* container)
{
    using namespace slipway;
    async::PassedSockets passed = async::take_passed_sockets();
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    check(::sigprocmask(SIG_BLOCK, &signals, nullptr), "block SIGTERM");
    async::EventLoop loop;
    activate::Activation activation{loop, container, std::move(passed)};
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
