// SPDX-License-Identifier: LGPL-2.1-or-later
// Stale flows: which ones they are of all that are tracked.
#include "engine/network/stale_flows.hpp"

#include "netlink/addresses.hpp"

#include <algorithm>
#include <functional>

namespace slipway::engine {

namespace {

using IsStale = std::function<bool(const netlink::UdpFlow&, const RulePublished&)>;

const std::optional<IpAddress>& target_of(const RulePublished& port, IpFamily family)
{
    return family == IpFamily::v4 ? port.target.ip4 : port.target.ip6;
}

bool is_written_to(const RulePublished& port, const netlink::UdpFlow& flow)
{
    return port.port.port.protocol == Protocol::udp && port.port.host_port == flow.port &&
           (!port.port.host_address || *port.port.host_address == flow.address);
}

std::vector<RulePublished> of_datagrams(const std::vector<RulePublished>& ports, IpFamily family)
{
    std::vector<RulePublished> found;
    std::ranges::copy_if(ports, std::back_inserter(found), [family](const RulePublished& port) {
        return port.port.port.protocol == Protocol::udp && target_of(port, family) &&
               (!port.port.host_address || port.port.host_address->family() == family);
    });
    return found;
}

void forget(const std::vector<RulePublished>& ports, const IsStale& is_stale)
{
    std::optional<netlink::Socket> socket;
    for (const IpFamily family : {IpFamily::v4, IpFamily::v6}) {
        const std::vector<RulePublished> own = of_datagrams(ports, family);
        if (own.empty())
            continue;
        if (!socket)
            socket.emplace(netlink::Protocol::netfilter);
        netlink::UdpFlows flows{family, {}};
        if (own.size() == 1)
            flows.port = own.front().port.host_port;
        netlink::forget_udp_flows(*socket, flows, [&](const netlink::UdpFlow& flow) {
            return std::ranges::any_of(own, [&](const RulePublished& port) { return is_stale(flow, port); });
        });
    }
}

std::set<IpAddress> addresses_of_host()
{
    netlink::Socket socket;
    std::set<IpAddress> own;
    for (const netlink::LinkAddress& one : netlink::addresses(socket))
        own.insert(one.prefix.address());
    return own;
}

} // namespace

bool passes_by(const netlink::UdpFlow& flow, const RulePublished& port, const std::set<IpAddress>& own)
{
    // All of them are local, though the interface has but one.
    static const IpPrefix loopback = IpPrefix::parse("127.0.0.0/8").value();
    return is_written_to(port, flow) && flow.receiver != target_of(port, flow.address.family()) &&
           (own.contains(flow.address) || loopback.contains(flow.address));
}

bool leads_to(const netlink::UdpFlow& flow, const RulePublished& port)
{
    return is_written_to(port, flow) && flow.receiver == target_of(port, flow.address.family()) &&
           flow.receiver != flow.address;
}

bool has_datagrams(const std::vector<RulePublished>& ports)
{
    return std::ranges::any_of(
        ports, [](const RulePublished& port) { return port.port.port.protocol == Protocol::udp; });
}

void forget_flows_past(const std::vector<RulePublished>& ports)
{
    if (!has_datagrams(ports))
        return;
    const std::set<IpAddress> own = addresses_of_host();
    forget(ports, [&own](const netlink::UdpFlow& flow, const RulePublished& port) {
        return passes_by(flow, port, own);
    });
}

void forget_flows_to(const std::vector<RulePublished>& ports)
{
    forget(ports, leads_to);
}

} // namespace slipway::engine
