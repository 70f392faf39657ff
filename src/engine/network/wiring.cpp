// SPDX-License-Identifier: LGPL-2.1-or-later
// Wiring: veths and bridges, or interfaces beside the host's own.
#include "engine/network/wiring.hpp"

#include "base/failure.hpp"
#include "engine/network/bridge.hpp"
#include "netlink/addresses.hpp"
#include "netlink/bridges.hpp"
#include "netlink/links.hpp"
#include "netlink/namespace_setup.hpp"
#include "netlink/namespaces.hpp"
#include "netlink/qdisc.hpp"
#include "netlink/routes.hpp"
#include "netlink/uplinks.hpp"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <map>
#include <sys/ioctl.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

netlink::Link parent_of(netlink::Socket& host, const WireOrder& order)
{
    const std::optional<netlink::Link> parent = netlink::find_link(host, order.settings.interface);
    if (!parent)
        throw Failure{ErrorCode::start_failed, "the interface " + order.settings.interface +
                                                   ", on which the network " + order.network +
                                                   " is, is not there ('ip link' lists those that are)"};
    return *parent;
}

// At the host's end, where the container cannot undo it.
void limit(netlink::Socket& host, const WireOrder& order, int port)
{
    if (order.bandwidth.down != 0)
        netlink::limit_sending(host, port, {order.bandwidth.down});
    if (order.bandwidth.up == 0)
        return;
    remove_limiter(order.port);
    netlink::limit_receiving(host, port, limiter_name(order.port), {order.bandwidth.up});
}

// The kernel takes apart a network namespace some time after its last user has ended: the port of the run
// before may still be there.
netlink::Veth make_fresh_veth(netlink::Socket& host, const netlink::NewVeth& veth, const Fd& inside)
{
    try {
        return netlink::make_veth(host, veth, inside);
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::name_taken)
            throw;
    }
    if (const std::optional<netlink::Link> stale = netlink::find_link(host, veth.host_name))
        netlink::remove_link(host, stale->index);
    return netlink::make_veth(host, veth, inside);
}

void make_link(netlink::Socket& host, const WireOrder& order, const Fd& inside)
{
    const NetworkSettings& settings = order.settings;
    if (settings.driver == NetworkDriver::bridge) {
        netlink::NewVeth veth;
        veth.host_name = order.port;
        veth.bridge = raise_bridge(host, settings);
        veth.alias = order.alias;
        veth.inner_name = order.interface;
        veth.inner_mac = order.addresses.mac;
        veth.mtu = settings.mtu;
        // Where bridges ask the rules of packets as well (br_netfilter), one that is translated to its own
        // sender goes back by its port.
        veth.port.hairpin = ::access("/proc/sys/net/bridge/bridge-nf-call-iptables", F_OK) == 0;
        const netlink::Veth made = make_fresh_veth(host, veth, inside);
        limit(host, order, made.host);
        return;
    }
    netlink::Uplink uplink{parent_of(host, order).index, order.interface, {}, settings.mtu};
    if (settings.driver == NetworkDriver::macvlan) {
        static const std::map<std::string, netlink::MacvlanMode> modes{
            {"bridge", netlink::MacvlanMode::bridge},
            {"private", netlink::MacvlanMode::private_},
            {"vepa", netlink::MacvlanMode::vepa},
            {"passthru", netlink::MacvlanMode::passthru}};
        uplink.mac = order.addresses.mac;
        netlink::make_macvlan(host, uplink, modes.at(settings.mode), inside);
        return;
    }
    static const std::map<std::string, netlink::IpvlanMode> modes{
        {"l2", netlink::IpvlanMode::l2}, {"l3", netlink::IpvlanMode::l3}, {"l3s", netlink::IpvlanMode::l3s}};
    netlink::make_ipvlan(host, uplink, modes.at(settings.mode), inside);
}

int index_of(netlink::Socket& inside, const WireOrder& order)
{
    const std::optional<netlink::Link> link = netlink::find_link(inside, order.interface);
    if (!link)
        throw Failure{ErrorCode::start_failed, "the interface " + order.interface + " is gone already"};
    return link->index;
}

void add_routes(netlink::Socket& inside, const WireOrder& order, int link)
{
    for (const std::optional<IpAddress>& own : {order.addresses.ip4, order.addresses.ip6})
        if (own)
            netlink::add_default_route(inside, order.settings.find_subnet(own->family())->gateway, link);
}

void address(netlink::Socket& inside, const WireOrder& order)
{
    const int link = index_of(inside, order);
    for (const std::optional<IpAddress>& own : {order.addresses.ip4, order.addresses.ip6})
        if (own)
            netlink::add_address(inside, link,
                                 {*own, order.settings.find_subnet(own->family())->prefix.length()});
    if (order.has_default_route)
        add_routes(inside, order, link);
}

} // namespace

Fd open_namespace(const std::string& path, int type, const char* word)
{
    Fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
    if (!fd)
        throw Failure{ErrorCode::invalid_argument,
                      errno_failure(errno, "open the namespace", path).message()};
    if (::ioctl(fd.number(), NS_GET_NSTYPE) != type)
        throw Failure{ErrorCode::invalid_argument, path + " is no " + word + " namespace"};
    return fd;
}

Fd namespace_of(pid_t process, const char* file, int type, const char* word)
{
    return open_namespace("/proc/" + std::to_string(process) + "/ns/" + file, type, word);
}

std::string port_name(const std::string& container, unsigned slot)
{
    constexpr std::size_t digits = 12;
    return "v" + container.substr(0, digits) +
           (slot < 10 ? std::to_string(slot) : std::string(1, static_cast<char>('a' + slot - 10)));
}

std::string limiter_name(const std::string& port)
{
    return "i" + port.substr(1);
}

bool remove_limiter(const std::string& port)
{
    netlink::Socket host;
    const std::optional<netlink::Link> limiter = netlink::find_link(host, limiter_name(port));
    return limiter && netlink::remove_link(host, limiter->index);
}

void remove_other_limiters(const std::set<std::string>& own)
{
    netlink::Socket host;
    const std::size_t length = limiter_name(port_name(std::string(64, '0'), 0)).size();
    for (const netlink::Link& link : netlink::links(host)) {
        const bool is_limiter = link.kind == "ifb" && link.name.size() == length &&
                                link.name.front() == 'i' &&
                                link.name.find_first_not_of("0123456789abcdef", 1) >= length - 1;
        if (is_limiter && !own.contains(link.name))
            netlink::remove_link(host, link.index);
    }
}

void add_wire(const WireOrder& order, const Fd& network_namespace)
{
    netlink::Socket host;
    make_link(host, order, network_namespace);
    netlink::Socket inside = netlink::Socket::in(network_namespace);
    address(inside, order);
}

WiredNamespaces wire(const NamespaceOrder& order)
{
    WiredNamespaces made;
    if (order.ids.uids.empty()) {
        made.network = netlink::make_network_namespace();
        netlink::set_up_namespace(made.network, {});
    } else {
        netlink::OwnedNamespaces owned = netlink::make_namespaces(order.ids);
        made.user = std::move(owned.user);
        made.network = std::move(owned.network);
        netlink::set_up_namespace(made.network, netlink::groups_of(order.ids));
    }
    if (order.wires.empty())
        return made;
    netlink::Socket host;
    netlink::Socket inside = netlink::Socket::in(made.network);
    for (const WireOrder& one : order.wires) {
        make_link(host, one, made.network);
        address(inside, one);
    }
    return made;
}

void route_by(const WireOrder& order, const Fd& network_namespace)
{
    netlink::Socket inside = netlink::Socket::in(network_namespace);
    add_routes(inside, order, index_of(inside, order));
}

bool remove_wire(const std::string& interface, const Fd& network_namespace)
{
    netlink::Socket inside = netlink::Socket::in(network_namespace);
    const std::optional<netlink::Link> link = netlink::find_link(inside, interface);
    return link && netlink::remove_link(inside, link->index);
}

std::vector<int> find_ports(const std::vector<std::string>& ports)
{
    netlink::Socket host;
    std::vector<int> found;
    for (const std::string& port : ports)
        if (const std::optional<netlink::Link> link = netlink::find_link(host, port))
            found.push_back(link->index);
    return found;
}

void set_port_alias(const std::string& port, const std::string& alias)
{
    netlink::Socket host;
    if (const std::optional<netlink::Link> link = netlink::find_link(host, port))
        netlink::set_alias(host, link->index, alias);
}

void rejoin(const BridgePorts& bridge)
{
    netlink::Socket host;
    const int index = raise_bridge(host, bridge.settings);
    std::map<std::string, netlink::Link> by_name;
    std::map<std::string, netlink::Link> by_alias;
    for (netlink::Link& link : netlink::links(host)) {
        if (link.kind == "veth" && !link.alias.empty() && link.master == index)
            by_alias[link.alias] = link;
        by_name[link.name] = std::move(link);
    }
    for (const BridgePorts::Port& port : bridge.ports) {
        const auto named = by_name.find(port.name);
        if (named == by_name.end()) {
            if (const auto other = by_alias.find(port.alias); other != by_alias.end()) {
                netlink::set_down(host, other->second.index); // before Linux 6.2 it has to be
                netlink::rename(host, other->second.index, port.name);
                netlink::set_up(host, other->second.index);
            }
        } else if (named->second.master != index) {
            netlink::set_master(host, named->second.index, index);
        }
    }
}

Surveyed survey_host()
{
    netlink::Socket host;
    Surveyed surveyed;
    for (const netlink::Link& link : netlink::links(host))
        surveyed.interfaces.insert(link.name);
    for (const netlink::Route& route : netlink::routes(host))
        if (route.is_unicast)
            surveyed.prefixes.push_back(route.destination);
    surveyed.has_ip6 = false;
    for (const netlink::LinkAddress& own : netlink::addresses(host)) {
        surveyed.has_ip6 = surveyed.has_ip6 || !own.prefix.address().is_v4();
        surveyed.prefixes.push_back(own.prefix.network());
    }
    return surveyed;
}

} // namespace slipway::engine
