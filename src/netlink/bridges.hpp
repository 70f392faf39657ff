// SPDX-License-Identifier: LGPL-2.1-or-later
// Bridges and their ports (bridge(8)).
#pragma once

#include "base/fd.hpp"
#include "base/ip_address.hpp"
#include "netlink/socket.hpp"

#include <optional>
#include <string>

namespace slipway::netlink {

struct NewBridge {
    std::string name;              // at most 15 bytes
    unsigned mtu = 0;              // 0: the kernel's choice
    std::optional<MacAddress> mac; // none: one at random, which then stays, whatever ports come and go
    std::string alias;
};

// No spanning tree, no VLAN filter; down and without address. Its index. Throws Failure as links.hpp says.
int make_bridge(Socket& socket, const NewBridge& bridge);

// What is not set stays as it is.
struct PortFlags {
    std::optional<bool> isolated; // speaks with the bridge itself and ports that are not isolated only
    std::optional<bool> learning;
    std::optional<bool> hairpin; // frames may leave by the port that they came by
    std::optional<bool> unicast_flood;
    std::optional<bool> multicast_flood;
};

// Throws Failure as links.hpp says, and {not_supported} for what is no port of a bridge.
void set_port(Socket& socket, int index, const PortFlags& flags);

struct NewVeth {
    std::string host_name; // at most 15 bytes
    int bridge = 0;        // 0: of none
    std::string alias;     // of the host's end: the container's name
    PortFlags port;
    std::string inner_name = "eth0";
    std::optional<MacAddress> inner_mac;
    unsigned mtu = 0; // of both ends; 0: the kernel's choice
};

// Its ends' indexes, each in its own namespace.
struct Veth {
    int host = 0;
    int inner = 0;
};

// A pair with its peer in NETWORK_NAMESPACE from birth and the host's end attached to the bridge; both are up
// on return, and the host's end has no address of its own, link-local ones neither. On a failure there is
// nothing left. Throws Failure as links.hpp says.
Veth make_veth(Socket& socket, const NewVeth& veth, const Fd& network_namespace);

} // namespace slipway::netlink
