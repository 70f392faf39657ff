// SPDX-License-Identifier: LGPL-2.1-or-later
// Bridges: what makes one the gateway of its network.
#include "engine/network/bridge.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "netlink/addresses.hpp"
#include "netlink/bridges.hpp"
#include "netlink/links.hpp"
#include "netlink/namespaces.hpp"
#include "netlink/routes.hpp"
#include "netlink/sysctl.hpp"
#include "netlink/uplinks.hpp"

#include <algorithm>
#include <filesystem>

namespace slipway::engine {

namespace {

// A port that is always up, without which a bridge has no carrier while no container is there, and resolved
// asks no server on such a link.
std::string anchor_name(const NetworkSettings& settings)
{
    return settings.interface + ".0";
}

// Where the kernel has no dummy interfaces, the one end of a pair whose other end leads nowhere.
void make_anchor_pair(netlink::Socket& host, const NetworkSettings& settings)
{
    netlink::NewVeth pair;
    pair.host_name = anchor_name(settings);
    pair.inner_name = settings.interface + ".1";
    netlink::make_veth(host, pair, netlink::own_network_namespace());
    netlink::write_sysctl_if_there("ipv6/conf/" + pair.inner_name + "/disable_ipv6", "1");
}

void anchor(netlink::Socket& host, const NetworkSettings& settings, int bridge)
{
    const std::string name = anchor_name(settings);
    std::optional<netlink::Link> port = netlink::find_link(host, name);
    if (!port) {
        try {
            netlink::make_dummy(host, name);
        } catch (const Failure& failure) {
            if (failure.code() != ErrorCode::not_supported)
                throw;
            make_anchor_pair(host, settings);
        }
        port = netlink::find_link(host, name);
    }
    if (!port)
        throw Failure{ErrorCode::io_error, "the interface " + name + " has gone at once"};
    netlink::set_master(host, port->index, bridge);
    netlink::set_up(host, port->index);
}

// A host that forwards takes no router's advertisement any more unless told so (ip-sysctl, accept_ra).
void keep_router_advertisements()
{
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/sys/net/ipv6/conf", error}) {
        const std::string name = entry.path().filename().native();
        const std::string value = find_file(entry.path() / "accept_ra").value_or("");
        if (name != "all" && name != "default" && name != "lo" && value.starts_with('1'))
            netlink::write_sysctl_if_there("ipv6/conf/" + name + "/accept_ra", "2");
    }
}

void forward()
{
    if (!find_file("/proc/sys/net/ipv4/ip_forward").value_or("1").starts_with('1'))
        netlink::write_sysctl("ipv4/ip_forward", "1");
    if (!find_file("/proc/sys/net/ipv6/conf/all/forwarding").value_or("1").starts_with('1')) {
        keep_router_advertisements();
        netlink::write_sysctl_if_there("ipv6/conf/all/forwarding", "1");
    }
}

// The kernel makes it once; without it the host looks for no neighbour on behalf of other hosts.
void keep_link_local(netlink::Socket& host, const NetworkSettings& settings, int index)
{
    constexpr unsigned link_local_length = 64;
    const std::optional<netlink::Link> bridge = netlink::find_link(host, index);
    if (bridge && settings.find_subnet(IpFamily::v6) != nullptr)
        netlink::add_address(host, index, {netlink::link_local_of(bridge->mac), link_local_length});
}

void set_up_bridge(netlink::Socket& host, const NetworkSettings& settings, const netlink::Link& bridge)
{
    const std::string own = "/conf/" + settings.interface + '/';
    // Calls from the host's own 127.0.0.1 to published ports.
    netlink::write_sysctl("ipv4" + own + "route_localnet", "1");
    netlink::write_sysctl_if_there("ipv6" + own + "accept_ra", "0");
    for (const Subnet& subnet : settings.subnets)
        netlink::add_address(host, bridge.index, {subnet.gateway, subnet.prefix.length()});
    anchor(host, settings, bridge.index);
    netlink::set_up(host, bridge.index);
    keep_link_local(host, settings, bridge.index);
    if (settings.find_subnet(IpFamily::v6) != nullptr)
        netlink::answer_loopback_v6(host, bridge.index);
    forward();
}

// What may have been undone by hand.
bool is_whole(netlink::Socket& host, const NetworkSettings& settings, const netlink::Link& bridge)
{
    if (!bridge.is_up || !bridge.has_carrier)
        return false;
    const std::vector<netlink::LinkAddress> all = netlink::addresses(host);
    return std::all_of(settings.subnets.begin(), settings.subnets.end(), [&](const Subnet& subnet) {
        return std::any_of(all.begin(), all.end(), [&](const netlink::LinkAddress& own) {
            return own.link == bridge.index && own.prefix.address() == subnet.gateway;
        });
    });
}

// Somebody has renamed it.
void name_again(netlink::Socket& host, const NetworkSettings& settings)
{
    for (const netlink::Link& link : netlink::links(host)) {
        if (link.kind != "bridge" || link.alias != bridge_alias(settings))
            continue;
        netlink::set_down(host, link.index); // before Linux 6.2 it has to be
        netlink::rename(host, link.index, settings.interface);
        return;
    }
}

} // namespace

std::string bridge_alias(const NetworkSettings& settings)
{
    return "slipway " + settings.interface;
}

int raise_bridge(netlink::Socket& host, const NetworkSettings& settings)
{
    std::optional<netlink::Link> bridge = netlink::find_link(host, settings.interface);
    if (bridge && bridge->kind != "bridge")
        throw Failure{ErrorCode::name_taken, "the interface " + settings.interface +
                                                 " of the network is something else now, and no bridge"};
    if (bridge && is_whole(host, settings, *bridge))
        return bridge->index;
    if (!bridge) {
        name_again(host, settings);
        bridge = netlink::find_link(host, settings.interface);
    }
    if (!bridge) {
        netlink::make_bridge(host, {settings.interface, settings.mtu, {}, bridge_alias(settings)});
        bridge = netlink::find_link(host, settings.interface);
        if (!bridge)
            throw Failure{ErrorCode::io_error, "the bridge " + settings.interface + " has gone at once"};
    }
    set_up_bridge(host, settings, *bridge);
    return bridge->index;
}

bool remove_bridge(netlink::Socket& host, const NetworkSettings& settings)
{
    if (const std::optional<netlink::Link> port = netlink::find_link(host, anchor_name(settings)))
        netlink::remove_link(host, port->index);
    const std::optional<netlink::Link> bridge = netlink::find_link(host, settings.interface);
    return bridge && bridge->kind == "bridge" && netlink::remove_link(host, bridge->index);
}

} // namespace slipway::engine
