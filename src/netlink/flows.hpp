// SPDX-License-Identifier: LGPL-2.1-or-later
// Flows of UDP that the kernel tracks (conntrack(8)): where a sender's datagrams go is decided once, by the
// first of them, and kept as long as they come.
#pragma once

#include "base/ip_address.hpp"
#include "netlink/socket.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace slipway::netlink {

struct UdpFlow {
    IpAddress address; // that the sender wrote to
    std::uint16_t port = 0;
    IpAddress receiver; // who has it: another one where the address was translated
};

// Of the socket's network namespace.
struct UdpFlows {
    IpFamily family = IpFamily::v4;
    std::optional<std::uint16_t> port; // that their senders wrote to; else all
};

// The kernel forgets those of FLOWS that IS_STALE says: their next datagram is decided upon anew. SOCKET: of
// Protocol::netfilter. Returns how many; none where the kernel has no list of them (CONFIG_NF_CT_NETLINK).
// All that the kernel tracks is gone through: not for the event loop. Throws Failure.
std::size_t forget_udp_flows(Socket& socket, const UdpFlows& flows,
                             const std::function<bool(const UdpFlow&)>& is_stale);

} // namespace slipway::netlink
