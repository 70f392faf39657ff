// SPDX-License-Identifier: LGPL-2.1-or-later
// TcpListener: accept4(2), a look at who it is, a connection.
#include "dns-server/tcp_listener.hpp"

#include "base/failure.hpp"
#include "dns-server/complain.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/epoll.h>

namespace slipway::dns_server {

namespace {

constexpr std::size_t connection_limit = 256;
constexpr std::ptrdiff_t peer_limit = 32; // of these, for one address

} // namespace

TcpListener::TcpListener(async::EventLoop& loop, Fd socket, Responder& responder,
                         std::function<void()> on_activity, std::chrono::microseconds connection_patience)
    : loop_{&loop}, socket_{std::move(socket)}, responder_{&responder},
      on_activity_{std::move(on_activity)}, patience_{connection_patience}
{
    const int flags = check(::fcntl(socket_.number(), F_GETFL), "look at a socket");
    check(::fcntl(socket_.number(), F_SETFL, flags | O_NONBLOCK), "make a socket non-blocking");
    sd_event_source* source = nullptr;
    check_negative(
        sd_event_add_io(loop.bare(), &source, socket_.number(), EPOLLIN, &TcpListener::heard, this),
        "watch a socket");
    heard_ = async::Source{source};
}

int TcpListener::heard(sd_event_source*, int, std::uint32_t, void* self)
{
    auto* const listener = static_cast<TcpListener*>(self);
    try {
        listener->accept_all();
    } catch (const std::exception& failure) {
        complain(std::string{failure.what()});
    }
    return 0;
}

void TcpListener::accept_all()
{
    on_activity_();
    responder_->refresh();
    for (;;) {
        Fd connection{::accept4(socket_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
        if (!connection)
            return;
        take(std::move(connection));
    }
}

// Who has no right to an answer, or too many connections, finds his closed.
void TcpListener::take(Fd socket)
{
    SocketAddress source;
    socklen_t size = SocketAddress::capacity;
    if (::getpeername(socket.number(), source.pointer(), &size) < 0)
        return;
    Client client;
    client.transport = Transport::stream;
    client.address = source.ip();
    client.origin = responder_->origin_of(client.address, SocketAddress::of_socket(socket.number()).ip());
    if (client.origin == Origin::stranger || !has_room_for(client.address))
        return;
    const std::uint64_t number = ++last_number_;
    connections_.emplace(number, std::make_shared<TcpConnection>(*loop_, std::move(socket), client,
                                                                 *responder_, patience_, [this, number] {
                                                                     on_activity_();
                                                                     connections_.erase(number);
                                                                 }));
}

bool TcpListener::has_room_for(const IpAddress& peer) const
{
    const auto own = std::count_if(connections_.begin(), connections_.end(),
                                   [&](const auto& entry) { return entry.second->peer() == peer; });
    return connections_.size() < connection_limit && own < peer_limit;
}

} // namespace slipway::dns_server
