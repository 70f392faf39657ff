// SPDX-License-Identifier: LGPL-2.1-or-later
// macvlan, ipvlan, dummy.
#include "netlink/uplinks.hpp"

#include "netlink/link_message.hpp"

#include <linux/if.h>

namespace slipway::netlink {

namespace {

std::uint32_t value_of(MacvlanMode mode)
{
    switch (mode) {
    case MacvlanMode::private_:
        return MACVLAN_MODE_PRIVATE;
    case MacvlanMode::vepa:
        return MACVLAN_MODE_VEPA;
    case MacvlanMode::bridge:
        return MACVLAN_MODE_BRIDGE;
    case MacvlanMode::passthru:
        return MACVLAN_MODE_PASSTHRU;
    }
    return MACVLAN_MODE_PRIVATE;
}

std::uint16_t value_of(IpvlanMode mode)
{
    switch (mode) {
    case IpvlanMode::l2:
        return IPVLAN_MODE_L2;
    case IpvlanMode::l3:
        return IPVLAN_MODE_L3;
    case IpvlanMode::l3s:
        return IPVLAN_MODE_L3S;
    }
    return IPVLAN_MODE_L2;
}

// MODE puts the kind's own attribute.
void make(Socket& socket, const Uplink& link, const char* kind, const std::function<void(Message&)>& mode,
          const Fd& network_namespace)
{
    Message message = link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, IFF_UP);
    message.put_text(IFLA_IFNAME, link.inner_name);
    message.put_u32(IFLA_LINK, static_cast<std::uint32_t>(link.parent));
    message.put_u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(network_namespace.number()));
    if (link.mac)
        message.put(IFLA_ADDRESS, link.mac->bytes());
    if (link.mtu != 0)
        message.put_u32(IFLA_MTU, link.mtu);
    message.nest(IFLA_LINKINFO, [&] {
        message.put_text(IFLA_INFO_KIND, kind);
        message.nest(IFLA_INFO_DATA, [&] { mode(message); });
    });
    socket.request(std::move(message), std::string{"make "} + kind + " " + link.inner_name);
}

} // namespace

void make_macvlan(Socket& socket, const Uplink& link, MacvlanMode mode, const Fd& network_namespace)
{
    make(
        socket, link, "macvlan",
        [mode](Message& message) { message.put_u32(IFLA_MACVLAN_MODE, value_of(mode)); }, network_namespace);
}

void make_ipvlan(Socket& socket, const Uplink& link, IpvlanMode mode, const Fd& network_namespace)
{
    make(
        socket, link, "ipvlan",
        [mode](Message& message) { message.put_u16(IFLA_IPVLAN_MODE, value_of(mode)); }, network_namespace);
}

int make_dummy(Socket& socket, const std::string& name)
{
    Message message = link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
    message.put_text(IFLA_IFNAME, name);
    message.nest(IFLA_LINKINFO, [&] { message.put_text(IFLA_INFO_KIND, "dummy"); });
    socket.request(std::move(message), "make dummy " + name);
    return new_link(socket, name).index;
}

} // namespace slipway::netlink
