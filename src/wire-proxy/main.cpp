// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-wire: the proxy of one wire, started by its first connection, without a privilege.
#include "base/failure.hpp"
#include "wire-proxy/proxy.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>

namespace {

constexpr int usage_status = 2;
constexpr std::chrono::seconds idle_limit{60};

std::vector<slipway::Fd> listening_sockets()
{
    std::vector<slipway::Fd> sockets;
    const int count = ::sd_listen_fds(1);
    sockets.reserve(static_cast<std::size_t>(std::max(count, 0)));
    for (int number = 0; number < count; ++number)
        sockets.emplace_back(SD_LISTEN_FDS_START + number);
    return sockets;
}

int run(const std::string& wire)
{
    using namespace slipway;
    std::vector<Fd> sockets = listening_sockets();
    if (sockets.empty())
        throw Failure{ErrorCode::invalid_argument, "systemd has handed over no socket"};
    std::signal(SIGPIPE, SIG_IGN); // NOLINT: cannot fail for SIGPIPE
    async::EventLoop loop;
    client::Engine engine{loop, client::connector_by(client::Route::system_bus, client::Reach::machine)};
    wire_proxy::Way way{loop, engine, "/org/slipway/Engine1/wire/_" + wire};
    const wire_proxy::Proxy proxy{loop, way, std::move(sockets), idle_limit};
    return loop.run();
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fputs("usage: slipway-wire ID\nID is a wire's; systemd hands over the sockets.\n", stderr);
        return usage_status;
    }
    try {
        return run(argv[1]);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "slipway-wire: %s\n", failure.what());
        return 1;
    }
}
