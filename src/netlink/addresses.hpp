// SPDX-License-Identifier: LGPL-2.1-or-later
// Addresses of links (ip-address(8)).
#pragma once

#include "base/ip_address.hpp"
#include "netlink/socket.hpp"

#include <optional>
#include <vector>

namespace slipway::netlink {

struct LinkAddress {
    int link = 0;
    IpPrefix prefix; // with the host's part
    auto operator<=>(const LinkAddress&) const = default;
};

// Without duplicate address detection, so at once; IPv4 with the prefix's broadcast address. False where the
// link has it already. Throws Failure{no_such_device, not_supported (no IPv6), …}.
bool add_address(Socket& socket, int link, const IpPrefix& prefix);
// False where the link has it not.
bool remove_address(Socket& socket, int link, const IpPrefix& prefix);
// Of all links of the namespace, loopback and link-local ones too.
std::vector<LinkAddress> addresses(Socket& socket);

// Of an RTM_NEWADDR or RTM_DELADDR from the kernel.
std::optional<LinkAddress> address_of(const nlmsghdr& message);

// The link-local address that the kernel makes of MAC (RFC 4291, appendix A).
IpAddress link_local_of(const MacAddress& mac);

// Forgets which MAC address was at ADDRESS (ip-neighbour(8)): it has another from now on. False where nothing
// was known.
bool forget_neighbour(Socket& socket, int link, const IpAddress& address);

} // namespace slipway::netlink
