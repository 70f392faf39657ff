// SPDX-License-Identifier: LGPL-2.1-or-later
// Service: the parts put together, and a look at the clock.
#include "dns-server/service.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <sys/socket.h>

namespace slipway::dns_server {

namespace {

std::vector<SocketAddress> addresses_of(const std::vector<Fd>& sockets)
{
    std::vector<SocketAddress> addresses;
    addresses.reserve(sockets.size());
    for (const Fd& socket : sockets)
        addresses.push_back(SocketAddress::of_socket(socket.number()));
    return addresses;
}

int type_of(const Fd& socket)
{
    int type = 0;
    socklen_t size = sizeof type;
    check(::getsockopt(socket.number(), SOL_SOCKET, SO_TYPE, &type, &size), "look at a socket");
    return type;
}

std::uint64_t now_of(const async::EventLoop& loop)
{
    std::uint64_t now = 0;
    check_negative(sd_event_now(loop.bare(), CLOCK_MONOTONIC, &now), "look at the clock");
    return now;
}

} // namespace

Service::Service(async::EventLoop& loop, const Settings& settings, std::vector<Fd> sockets)
    : loop_{&loop}, idle_limit_usec_{static_cast<std::uint64_t>(settings.idle_limit.count()) * 1'000'000},
      last_activity_{now_of(loop)}, view_{settings.names}, host_resolvers_{settings.resolv_conf,
                                                                           addresses_of(sockets)},
      forwarder_{loop, [this] { return host_resolvers_.servers(); }}, responder_{view_, forwarder_}
{
    for (Fd& socket : sockets)
        take(std::move(socket));
    look_again_at(last_activity_ + idle_limit_usec_);
}

void Service::take(Fd socket)
{
    const auto on_activity = [this] { last_activity_ = now_of(*loop_); };
    if (type_of(socket) == SOCK_DGRAM)
        datagram_sockets_.push_back(
            std::make_unique<UdpSocket>(*loop_, std::move(socket), responder_, on_activity));
    else
        listeners_.push_back(
            std::make_unique<TcpListener>(*loop_, std::move(socket), responder_, on_activity));
}

bool Service::is_busy() const
{
    return responder_.pending() > 0 ||
           std::any_of(listeners_.begin(), listeners_.end(),
                       [](const auto& listener) { return listener->connections() > 0; });
}

int Service::looked(sd_event_source*, std::uint64_t, void* self)
{
    auto* const service = static_cast<Service*>(self);
    const std::uint64_t now = now_of(*service->loop_);
    if (service->is_busy())
        service->last_activity_ = now;
    const std::uint64_t end = service->last_activity_ + service->idle_limit_usec_;
    if (now >= end)
        service->loop_->leave(0);
    else
        service->look_again_at(end);
    return 0;
}

void Service::look_again_at(std::uint64_t usec)
{
    sd_event_source* source = nullptr;
    // To the second is exact enough.
    check_negative(
        sd_event_add_time(loop_->bare(), &source, CLOCK_MONOTONIC, usec, 1'000'000, &Service::looked, this),
        "set a timer");
    idle_ = async::Source{source};
}

} // namespace slipway::dns_server
