// SPDX-License-Identifier: LGPL-2.1-or-later
// SocketAddress: from texts, sockets and numbers (ip(7), ipv6(7)).
#include "dns-server/socket_address.hpp"

#include "base/failure.hpp"
#include "base/fd.hpp"

#include <cstring>
#include <net/if.h>
#include <sys/ioctl.h>

namespace slipway::dns_server {

namespace {

// if_nametoindex(3) without its AF_UNIX socket.
std::uint32_t find_interface(std::string_view name)
{
    ifreq request{};
    if (name.empty() || name.size() >= sizeof request.ifr_name)
        return 0;
    name.copy(request.ifr_name, name.size());
    const Fd socket{::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!socket || ::ioctl(socket.number(), SIOCGIFINDEX, &request) < 0)
        return 0;
    return static_cast<std::uint32_t>(request.ifr_ifindex);
}

} // namespace

IpAddress unmapped(const in6_addr& address)
{
    if (IN6_IS_ADDR_V4MAPPED(&address))
        return IpAddress::of_bytes({&address.s6_addr[12], 4});
    return IpAddress::of_bytes({&address.s6_addr[0], 16});
}

SocketAddress::SocketAddress(const IpAddress& address, std::uint16_t port)
{
    const auto bytes = address.bytes();
    if (address.is_v4()) {
        any_.sa_family = AF_INET;
        v4_.sin_port = htons(port);
        std::memcpy(&v4_.sin_addr, bytes.data(), bytes.size());
    } else {
        any_.sa_family = AF_INET6;
        v6_.sin6_port = htons(port);
        std::memcpy(&v6_.sin6_addr, bytes.data(), bytes.size());
    }
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view text, std::uint16_t port)
{
    const std::size_t percent = text.find('%');
    const auto address = IpAddress::parse(text.substr(0, percent));
    if (!address)
        return std::nullopt;
    SocketAddress parsed{address.value(), port};
    if (percent == std::string_view::npos)
        return parsed;
    if (address.value().is_v4())
        return std::nullopt;
    parsed.v6_.sin6_scope_id = find_interface(text.substr(percent + 1));
    return parsed.v6_.sin6_scope_id != 0 ? std::optional{parsed} : std::nullopt;
}

SocketAddress SocketAddress::of_socket(int socket)
{
    SocketAddress address;
    socklen_t size = capacity;
    check(::getsockname(socket, address.pointer(), &size), "look at a socket");
    return address;
}

IpAddress SocketAddress::ip() const
{
    if (family() == AF_INET6)
        return unmapped(v6_.sin6_addr);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &v4_.sin_addr, bytes.size());
    return IpAddress::of_bytes(bytes);
}

std::uint16_t SocketAddress::port() const
{
    return ntohs(family() == AF_INET6 ? v6_.sin6_port : v4_.sin_port);
}

bool SocketAddress::is_wildcard() const
{
    return family() == AF_INET6 ? IN6_IS_ADDR_UNSPECIFIED(&v6_.sin6_addr) : v4_.sin_addr.s_addr == INADDR_ANY;
}

socklen_t SocketAddress::size() const noexcept
{
    return family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

} // namespace slipway::dns_server
