// SPDX-License-Identifier: LGPL-2.1-or-later
// Links that share another's wire or have none: macvlan, ipvlan, dummy (ip-link(8)).
#pragma once

#include "base/fd.hpp"
#include "base/ip_address.hpp"
#include "netlink/socket.hpp"

#include <optional>
#include <string>

namespace slipway::netlink {

enum class MacvlanMode { private_, vepa, bridge, passthru };
enum class IpvlanMode { l2, l3, l3s };

struct Uplink {
    int parent = 0; // an index in SOCKET's namespace
    std::string inner_name = "eth0";
    std::optional<MacAddress> mac; // of a macvlan; none: at random
    unsigned mtu = 0;              // 0: the parent's
};

// Made in NETWORK_NAMESPACE from birth, and up. Throw Failure as links.hpp says: {no_such_device} for the
// parent, {not_supported} where the kernel has none of the kind.
void make_macvlan(Socket& socket, const Uplink& link, MacvlanMode mode, const Fd& network_namespace);
void make_ipvlan(Socket& socket, const Uplink& link, IpvlanMode mode, const Fd& network_namespace);

// In SOCKET's namespace, down. Its index. Throws Failure as links.hpp says.
int make_dummy(Socket& socket, const std::string& name);

} // namespace slipway::netlink
