// SPDX-License-Identifier: LGPL-2.1-or-later
// Stale flows: the kernel goes on sending a client's datagrams where its first one went. When a published
// port comes or goes, what it remembers of that port is forgotten. (A connection of TCP ends with its
// container.)
#pragma once

#include "engine/network/rules.hpp"
#include "netlink/flows.hpp"

#include <set>
#include <vector>

namespace slipway::engine {

// Whether FLOW is one to PORT of the host, whose addresses OWN are, and yet leads elsewhere than the rules
// say now.
bool passes_by(const netlink::UdpFlow& flow, const RulePublished& port, const std::set<IpAddress>& own);
// Whether FLOW leads to the container by PORT.
bool leads_to(const netlink::UdpFlow& flow, const RulePublished& port);

bool has_datagrams(const std::vector<RulePublished>& ports);

// For a worker: all that the kernel tracks is gone through, once for each family of addresses. Throw Failure.
// After PORTS came into the rules, and after they went.
void forget_flows_past(const std::vector<RulePublished>& ports);
void forget_flows_to(const std::vector<RulePublished>& ports);

} // namespace slipway::engine
