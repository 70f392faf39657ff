// SPDX-License-Identifier: LGPL-2.1-or-later
// Queueing disciplines that limit how much a link carries (tc(8)).
#pragma once

#include "netlink/socket.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace slipway::netlink {

struct Rate {
    std::uint64_t bits_per_second = 0;
    std::uint32_t burst = 0;               // bytes; 0: chosen by the rate
    std::chrono::milliseconds latency{50}; // what waits longer in the queue is dropped
};

// What LINK sends: what a container receives, where LINK is the host's end of its veth. Replaces the one
// before. Throws Failure{no_such_device, not_supported, …}.
void limit_sending(Socket& socket, int link, const Rate& rate);
// No limit on what it sends. False where there was none.
bool unlimit_sending(Socket& socket, int link);

// What LINK receives, by way of a link of kind ifb that is made for it, of the name IFB: what a container
// sends, whatever it may do within its namespace. The ifb's index, for limit_sending() of another rate; the
// ifb outlives the link. Throws Failure as above, {name_taken} where there is such a link.
int limit_receiving(Socket& socket, int link, const std::string& ifb, const Rate& rate);
// Takes the ifb away, whether LINK is still there or not. False where there was none.
bool unlimit_receiving(Socket& socket, int link, const std::string& ifb);

} // namespace slipway::netlink
