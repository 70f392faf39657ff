// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-dns: the name server of one container network, started by its first question, unprivileged and
// confined.
#include "base/failure.hpp"
#include "dns-server/confine.hpp"
#include "dns-server/service.hpp"

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
    std::vector<Fd> sockets = handed_sockets();
    if (sockets.empty())
        throw Failure{ErrorCode::invalid_argument, "systemd has handed over no socket"};
    async::EventLoop loop;
    leave_at_sigterm(loop);
    dns_server::confine();
    dns_server::Settings settings;
    settings.names = names;
    const dns_server::Service service{loop, settings, std::move(sockets)};
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
