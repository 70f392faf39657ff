// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-dns: the name server of one container network, started by its first question, unprivileged and
// confined.
#include "async/passed_sockets.hpp"
#include "base/failure.hpp"
#include "dns-server/confine.hpp"
#include "dns-server/service.hpp"

#include <csignal>
#include <cstdio>

namespace {

constexpr int usage_status = 2;

void leave_at_sigterm(slipway::async::EventLoop& loop)
{
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGTERM);
    slipway::check(::sigprocmask(SIG_BLOCK, &signals, nullptr), "block SIGTERM");
    // Without a handler the loop is left with the status given here.
    slipway::check_negative(sd_event_add_signal(loop.bare(), nullptr, SIGTERM, nullptr, nullptr),
                            "wait for SIGTERM");
}

int run(const char* names)
{
    using namespace slipway;
    async::PassedSockets passed = async::take_passed_sockets();
    async::EventLoop loop;
    leave_at_sigterm(loop);
    dns_server::confine();
    dns_server::Settings settings;
    settings.names = names;
    const dns_server::Service service{loop, settings, std::move(passed.sockets)};
    return loop.run();
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fputs("usage: slipway-dns LOG\nLOG has the network's names; systemd hands over the sockets.\n",
                   stderr);
        return usage_status;
    }
    try {
        return run(argv[1]);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "slipway-dns: %s\n", failure.what());
        return 1;
    }
}
