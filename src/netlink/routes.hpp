// SPDX-License-Identifier: LGPL-2.1-or-later
// Routes (ip-route(8)).
#pragma once

#include "base/ip_address.hpp"
#include "netlink/socket.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace slipway::netlink {

struct Route {
    IpPrefix destination;             // of length 0: the default route
    std::optional<IpAddress> gateway; // none: all of it is on the link
    int link = 0;                     // 0 in a listed one: none or several
    std::uint32_t table = 254;        // RT_TABLE_MAIN
    bool is_unicast = true;           // no local address, broadcast, blackhole, …; only of listed ones
};

// False where there is such a route already (of the same destination, table and metric). Throws
// Failure{no_such_device, io_error (the gateway cannot be reached), …}.
bool add_route(Socket& socket, const Route& route);
bool add_default_route(Socket& socket, const IpAddress& gateway, int link);
// Lets answers to what ::1 asked by way of LINK come back to it, as route_localnet does for 127.0.0.1: a
// local route of its own, since the kernel takes loopback addresses for a link's (Linux 6.18:
// ip6_route_input_lookup()). What comes with such an address from the wire it drops all the same. False where
// it is there.
bool answer_loopback_v6(Socket& socket, int link);
// Those of all tables and of both families, but no cached ones: what overlaps is taken.
std::vector<Route> routes(Socket& socket);

} // namespace slipway::netlink
