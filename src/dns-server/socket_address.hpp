// SPDX-License-Identifier: LGPL-2.1-or-later
// SocketAddress: an IP address and a port as sockets want them.
#pragma once

#include "base/ip_address.hpp"

#include <cstdint>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace slipway::dns_server {

class SocketAddress {
  public:
    SocketAddress() = default;
    SocketAddress(const IpAddress& address, std::uint16_t port);

    // "10.0.0.1" or "fe80::1%eth0"; nothing for anything else, or where there is no such interface.
    static std::optional<SocketAddress> parse(std::string_view text, std::uint16_t port);
    // Of a socket's own end. Throws Failure{io_error}.
    static SocketAddress of_socket(int socket);

    // An IPv4 address that came by an IPv6 socket is one of IPv4.
    IpAddress ip() const;
    std::uint16_t port() const;
    int family() const noexcept { return any_.sa_family; }
    bool is_wildcard() const;
    bool operator==(const SocketAddress& other) const { return ip() == other.ip() && port() == other.port(); }

    // As bind(2), connect(2) and the like want it.
    sockaddr* pointer() noexcept { return &any_; }
    const sockaddr* pointer() const noexcept { return &any_; }
    static constexpr socklen_t capacity = sizeof(sockaddr_in6);
    socklen_t size() const noexcept;

  private:
    union {
        sockaddr_in6 v6_{}; // the largest
        sockaddr_in v4_;
        sockaddr any_;
    };
};

// The bytes of ADDRESS, an IPv4-mapped one as the IPv4 address that it is.
IpAddress unmapped(const in6_addr& address);

} // namespace slipway::dns_server
