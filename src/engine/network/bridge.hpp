// SPDX-License-Identifier: LGPL-2.1-or-later
// The bridge of a network: an interface of the host's with the gateway's addresses.
#pragma once

#include "engine/network/settings.hpp"
#include "netlink/links.hpp"
#include "netlink/socket.hpp"

#include <string>

namespace slipway::engine {

// Made, or made whole, where need be: addresses, a carrier that it keeps when the last container leaves,
// forwarding. Its index. Throws Failure.
int raise_bridge(netlink::Socket& host, const NetworkSettings& settings);
// The text by which it is known under another name.
std::string bridge_alias(const NetworkSettings& settings);
// False where there was none.
bool remove_bridge(netlink::Socket& host, const NetworkSettings& settings);

} // namespace slipway::engine
