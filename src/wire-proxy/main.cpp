// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-wire: the proxy of one wire, started by its first connection, without a privilege.
#include "async/passed_sockets.hpp"
#include "base/failure.hpp"
#include "wire-proxy/proxy.hpp"

#include <csignal>
#include <cstdio>
#include <string>

namespace {

constexpr int usage_status = 2;
constexpr std::chrono::seconds idle_limit{60};

int run(const std::string& wire)
{
    using namespace slipway;
    async::PassedSockets passed = async::take_passed_sockets();
    std::signal(SIGPIPE, SIG_IGN); // NOLINT: cannot fail for SIGPIPE
    async::EventLoop loop;
    client::Engine engine{loop, client::connector_by(client::Route::system_bus, client::Reach::machine)};
    wire_proxy::Way way{loop, engine, "/org/slipway/Engine1/wire/_" + wire};
    const wire_proxy::Proxy proxy{loop, way, std::move(passed.sockets), idle_limit};
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
