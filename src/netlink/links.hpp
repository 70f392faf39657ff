// SPDX-License-Identifier: LGPL-2.1-or-later
// Links: network interfaces, found, changed and removed (rtnetlink(7)). SOCKET says in which network
// namespace.
#pragma once

#include "base/fd.hpp"
#include "base/ip_address.hpp"
#include "netlink/socket.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::netlink {

struct Link {
    int index = 0;
    std::string name;
    std::string kind;  // "bridge", "veth", …; empty for hardware and the loopback
    std::string alias; // what set_alias() said
    int master = 0;    // the bridge that it is a port of; 0 for none
    int below = 0; // a veth's other end, a macvlan's parent, by its index in its own namespace; 0 for none
    bool is_up = false; // administratively
    bool has_carrier = false;
    unsigned mtu = 0;
    MacAddress mac; // zeroes for what has none
};

std::optional<Link> find_link(Socket& socket, const std::string& name);
std::optional<Link> find_link(Socket& socket, int index);
std::vector<Link> links(Socket& socket);

// All below throw Failure{no_such_device} where there is none of this index, {name_taken} where the new name
// is another's, {not_supported} where the kernel cannot, {access_denied}, {io_error}.

// False where there was none. Removing a veth waits for the kernel, 10 to 40 ms; closing the namespace of its
// other end does not.
bool remove_link(Socket& socket, int index);
void set_up(Socket& socket, int index);
void set_down(Socket& socket, int index);
void set_mtu(Socket& socket, int index, unsigned mtu);
void set_mac(Socket& socket, int index, const MacAddress& mac);
// Before Linux 6.2 only of a link that is down.
void rename(Socket& socket, int index, const std::string& name);
// A text of up to 255 bytes that `ip link` shows: whose it is. Empty takes it away.
void set_alias(Socket& socket, int index, const std::string& alias);
// MASTER: a bridge's index, or 0 to leave it.
void set_master(Socket& socket, int index, int master);
// Into another namespace, under this name; its addresses are lost, and it is down there.
void move(Socket& socket, int index, const Fd& network_namespace, const std::string& name);

} // namespace slipway::netlink
