// SPDX-License-Identifier: LGPL-2.1-or-later
// TCP sockets of a network namespace (sock_diag(7)): who listens, and how many are connected.
#pragma once

#include "base/ip_address.hpp"
#include "netlink/socket.hpp"

#include <cstdint>
#include <optional>

namespace slipway::netlink {

class TcpSockets {
  public:
    // Of NETWORK_NAMESPACE. Throws Failure.
    explicit TcpSockets(const Fd& network_namespace);

    // Where somebody listens on PORT: of several places the first that leads furthest: all addresses of IPv4,
    // all of IPv6, an address, a loopback address. 0.0.0.0 and :: are all. Throws Failure.
    std::optional<IpAddress> find_listening(std::uint16_t port);
    // Connections that were accepted on PORT, or wait for that. Throws Failure.
    std::size_t count_connected(std::uint16_t port);

  private:
    Socket socket_;
};

} // namespace slipway::netlink
