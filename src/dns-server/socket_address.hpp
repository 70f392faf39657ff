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
    int family() const noexcept { return storage_.ss_family; }
    bool is_wildcard() const;
    bool operator==(const SocketAddress& other) const { return ip() == other.ip() && port() == other.port(); }

    sockaddr* pointer() noexcept
    {
        return reinterpret_cast<sockaddr*>(&storage_);
    } // NOLINT: how sockets are addressed
    const sockaddr* pointer() const noexcept
    {
        return reinterpret_cast<const sockaddr*>(&storage_); // NOLINT: the same
    }
    static constexpr socklen_t capacity = sizeof(sockaddr_in6);
    socklen_t size() const noexcept;

  private:
    sockaddr_in& v4() noexcept { return *reinterpret_cast<sockaddr_in*>(&storage_); }   // NOLINT: the same
    sockaddr_in6& v6() noexcept { return *reinterpret_cast<sockaddr_in6*>(&storage_); } // NOLINT: the same
    const sockaddr_in& v4() const noexcept
    {
        return *reinterpret_cast<const sockaddr_in*>(&storage_);
    } // NOLINT: the same
    const sockaddr_in6& v6() const noexcept
    {
        return *reinterpret_cast<const sockaddr_in6*>(&storage_);
    } // NOLINT: the same

    sockaddr_storage storage_{};
};

// The bytes of ADDRESS, an IPv4-mapped one as the IPv4 address that it is.
IpAddress unmapped(const in6_addr& address);

} // namespace slipway::dns_server
