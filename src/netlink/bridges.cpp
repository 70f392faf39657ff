// SPDX-License-Identifier: LGPL-2.1-or-later
// Bridges, and veths whose one end is a port of them.
#include "netlink/bridges.hpp"

#include "netlink/link_message.hpp"

#include <fmt/format.h>

#include <linux/if.h>
#include <linux/veth.h>
#include <random>

namespace slipway::netlink {

namespace {

void put_flag(Message& message, std::uint16_t attribute, const std::optional<bool>& flag)
{
    if (flag)
        message.put_u8(attribute, *flag ? 1 : 0);
}

void put_port_flags(Message& message, const PortFlags& flags)
{
    message.nest(IFLA_LINKINFO, [&] {
        message.put_text(IFLA_INFO_SLAVE_KIND, "bridge");
        message.nest(IFLA_INFO_SLAVE_DATA, [&] {
            put_flag(message, IFLA_BRPORT_ISOLATED, flags.isolated);
            put_flag(message, IFLA_BRPORT_LEARNING, flags.learning);
            put_flag(message, IFLA_BRPORT_MODE, flags.hairpin);
            put_flag(message, IFLA_BRPORT_UNICAST_FLOOD, flags.unicast_flood);
            put_flag(message, IFLA_BRPORT_MCAST_FLOOD, flags.multicast_flood);
        });
    });
}

// Of nobody's (the second bit of the first byte), not a group's (the first).
MacAddress random_mac()
{
    std::random_device random;
    std::array<std::uint8_t, 6> bytes{};
    for (std::uint8_t& byte : bytes)
        byte = static_cast<std::uint8_t>(random());
    bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0xfcU) | 0x02U);
    return MacAddress{bytes};
}

void put_mtu(Message& message, unsigned mtu)
{
    if (mtu != 0)
        message.put_u32(IFLA_MTU, mtu);
}

Message veth_message(const NewVeth& veth, const Fd& network_namespace)
{
    Message message = link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
    message.put_text(IFLA_IFNAME, veth.host_name);
    put_mtu(message, veth.mtu);
    if (veth.bridge != 0)
        message.put_u32(IFLA_MASTER, static_cast<std::uint32_t>(veth.bridge));
    message.nest(IFLA_LINKINFO, [&] {
        message.put_text(IFLA_INFO_KIND, "veth");
        message.nest(IFLA_INFO_DATA, [&] {
            message.nest(VETH_INFO_PEER, [&] {
                const ifinfomsg peer{}; // which cannot be up before it has its other end
                message.append(&peer, sizeof peer);
                message.put_text(IFLA_IFNAME, veth.inner_name);
                message.put_u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(network_namespace.number()));
                put_mtu(message, veth.mtu);
                if (veth.inner_mac)
                    message.put(IFLA_ADDRESS, veth.inner_mac->bytes());
            });
        });
    });
    return message;
}

// Link-local addresses come with being up. Where there is no IPv6 it is refused, and not needed.
void keep_without_address(Socket& socket, int index)
{
    Message message = link_message(RTM_SETLINK, 0, index);
    message.nest(IFLA_AF_SPEC, [&] {
        message.nest(AF_INET6, [&] { message.put_u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE); });
    });
    static_cast<void>(socket.try_request(std::move(message)));
}

void finish(Socket& socket, const Veth& ends, const NewVeth& veth, const Fd& network_namespace)
{
    Socket within = Socket::in(network_namespace);
    set_up(within, ends.inner);
    keep_without_address(socket, ends.host);
    Message up = link_message(RTM_NEWLINK, 0, ends.host, IFF_UP);
    if (!veth.alias.empty())
        up.put_text(IFLA_IFALIAS, veth.alias);
    if (veth.bridge != 0)
        put_port_flags(up, veth.port);
    socket.request(std::move(up), "set up " + veth.host_name);
    // The carrier takes effect a moment later, or when it is asked for (Linux 6.5: linkwatch_sync_dev()):
    // before, an end sends nothing and the bridge does not forward to it.
    find_link(within, ends.inner);
    find_link(socket, ends.host);
}

} // namespace

int make_bridge(Socket& socket, const NewBridge& bridge)
{
    Message message = link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
    message.put_text(IFLA_IFNAME, bridge.name);
    put_mtu(message, bridge.mtu);
    message.put(IFLA_ADDRESS, bridge.mac.value_or(random_mac()).bytes());
    message.nest(IFLA_LINKINFO, [&] {
        message.put_text(IFLA_INFO_KIND, "bridge");
        message.nest(IFLA_INFO_DATA, [&] { message.put_u32(IFLA_BR_STP_STATE, 0); });
    });
    socket.request(std::move(message), "make bridge " + bridge.name);
    const int index = new_link(socket, bridge.name).index;
    if (!bridge.alias.empty())
        set_alias(socket, index, bridge.alias);
    return index;
}

void set_port(Socket& socket, int index, const PortFlags& flags)
{
    Message message = link_message(RTM_NEWLINK, 0, index);
    put_port_flags(message, flags);
    socket.request(std::move(message), fmt::format("set up port {}", index));
}

Veth make_veth(Socket& socket, const NewVeth& veth, const Fd& network_namespace)
{
    socket.request(veth_message(veth, network_namespace), "make veth " + veth.host_name);
    const Link made = new_link(socket, veth.host_name);
    const Veth ends{made.index, made.below};
    try {
        finish(socket, ends, veth, network_namespace);
    } catch (...) {
        remove_link(socket, ends.host);
        throw;
    }
    return ends;
}

} // namespace slipway::netlink
