// SPDX-License-Identifier: LGPL-2.1-or-later
// Servers and clients: sockets stay in the namespace that they were made in.
#include "unit/netlink/endpoints.hpp"

#include "base/failure.hpp"
#include "netlink/family.hpp"
#include "netlink/namespaces.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace slipway::netlink {

namespace {

bool is_ready(const Fd& socket, short events, Patience patience)
{
    pollfd entry{socket.number(), events, 0};
    return ::poll(&entry, 1, patience == Patience::long_ ? 10'000 : 150) == 1;
}

Fd make_socket(const Fd& place, Transport transport, int family)
{
    Fd made;
    in_namespace(place, [&] {
        made = Fd{check(
            ::socket(family,
                     (transport == Transport::tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK,
                     0),
            "open a socket")};
    });
    return made;
}

// IPv4 as IPv6 has it.
sockaddr_in6 sockaddr_of(const IpAddress& address, std::uint16_t port)
{
    sockaddr_in6 result{};
    result.sin6_family = AF_INET6;
    result.sin6_port = htons(port);
    auto* const bytes = static_cast<std::uint8_t*>(result.sin6_addr.s6_addr);
    if (address.is_v4())
        std::fill_n(bytes + 10, 2, std::uint8_t{0xff});
    std::ranges::copy(address.bytes(), bytes + 16 - address.bytes().size());
    return result;
}

IpAddress address_of(const sockaddr_in6& from)
{
    const std::span<const std::uint8_t> bytes{static_cast<const std::uint8_t*>(from.sin6_addr.s6_addr), 16};
    return IpAddress::of_bytes(IN6_IS_ADDR_V4MAPPED(&from.sin6_addr) ? bytes.subspan(12) : bytes); // NOLINT
}

const sockaddr* generic(const sockaddr_in6& address)
{
    return reinterpret_cast<const sockaddr*>(&address); // NOLINT: the C library's interface
}

} // namespace

Server::Server(const Fd& place, Transport transport, std::uint16_t port)
    : transport_{transport}, socket_{make_socket(place, transport, AF_INET6)}
{
    sockaddr_in6 any{};
    any.sin6_family = AF_INET6;
    any.sin6_port = htons(port);
    // The clients before it are not quite gone.
    const int on = 1;
    check(::setsockopt(socket_.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "set up a socket");
    check(::bind(socket_.number(), generic(any), sizeof any), "bind");
    if (transport == Transport::tcp)
        check(::listen(socket_.number(), 8), "listen");
}

std::optional<IpAddress> Server::next_client(Patience patience)
{
    if (!is_ready(socket_, POLLIN, patience))
        return std::nullopt;
    sockaddr_in6 from{};
    socklen_t size = sizeof from;
    auto* const address = reinterpret_cast<sockaddr*>(&from); // NOLINT: the C library's interface
    if (transport_ == Transport::tcp)
        const Fd client{check(::accept4(socket_.number(), address, &size, SOCK_CLOEXEC), "accept")};
    else {
        char byte = 0;
        check(::recvfrom(socket_.number(), &byte, 1, 0, address, &size), "receive");
    }
    return address_of(from);
}

Fd call(const Fd& from, Transport transport, const IpAddress& address, std::uint16_t port)
{
    Fd client = make_socket(from, transport, AF_INET6);
    if (const sockaddr_in6 to = sockaddr_of(address, port); transport == Transport::tcp)
        static_cast<void>(::connect(client.number(), generic(to), sizeof to)); // goes on by itself
    else
        send_again(client, address, port);
    return client;
}

void send_again(const Fd& client, const IpAddress& address, std::uint16_t port)
{
    const sockaddr_in6 to = sockaddr_of(address, port);
    static_cast<void>(::sendto(client.number(), "?", 1, 0, generic(to), sizeof to));
}

bool is_connected(const Fd& client)
{
    int error = -1;
    socklen_t size = sizeof error;
    return is_ready(client, POLLOUT, Patience::long_) &&
           ::getsockopt(client.number(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

} // namespace slipway::netlink
