// SPDX-License-Identifier: LGPL-2.1-or-later
// Links: RTM_GETLINK, RTM_NEWLINK, RTM_DELLINK.
#include "netlink/links.hpp"

#include "netlink/link_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <linux/if.h>

namespace slipway::netlink {

namespace {

void change(Socket& socket, int index, std::string_view deed, const std::function<void(Message&)>& fill)
{
    Message message = link_message(RTM_NEWLINK, 0, index);
    fill(message);
    socket.request(std::move(message), fmt::format("{} of link {}", deed, index));
}

std::optional<Link> find(Socket& socket, Message message, std::string_view deed)
{
    // Counters and virtual functions are left out.
    message.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    std::optional<Link> found;
    socket.ask(std::move(message), deed, [&found](const nlmsghdr& answer) { found = link_of(answer); });
    return found;
}

} // namespace

Message link_message(std::uint16_t type, std::uint16_t flags, int index, unsigned up_or_down)
{
    ifinfomsg header{};
    header.ifi_family = AF_UNSPEC;
    header.ifi_index = index;
    header.ifi_flags = up_or_down;
    header.ifi_change = up_or_down;
    return Message{type, flags, header};
}

Link new_link(Socket& socket, const std::string& name)
{
    auto link = find_link(socket, name);
    if (!link)
        throw Failure{ErrorCode::no_such_device, "link " + name + " is gone as soon as it was made"};
    return std::move(*link);
}

Link link_of(const nlmsghdr& message)
{
    const auto& header = *static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
    const Attributes attributes{message, sizeof header};
    Link link;
    link.index = header.ifi_index;
    link.name = attributes.text(IFLA_IFNAME);
    link.kind = attributes.nested(IFLA_LINKINFO).text(IFLA_INFO_KIND);
    link.alias = attributes.text(IFLA_IFALIAS);
    link.master = static_cast<int>(attributes.u32(IFLA_MASTER));
    link.below = static_cast<int>(attributes.u32(IFLA_LINK));
    link.is_up = (header.ifi_flags & IFF_UP) != 0;
    link.has_carrier = (header.ifi_flags & IFF_LOWER_UP) != 0;
    link.mtu = attributes.u32(IFLA_MTU);
    std::array<std::uint8_t, 6> mac{};
    if (const auto bytes = attributes.bytes(IFLA_ADDRESS); bytes.size() == mac.size())
        std::ranges::copy(bytes, mac.begin());
    link.mac = MacAddress{mac};
    return link;
}

std::optional<Link> find_link(Socket& socket, const std::string& name)
{
    Message message = link_message(RTM_GETLINK, 0, 0);
    message.put_text(IFLA_IFNAME, name);
    return find(socket, std::move(message), "find link " + name);
}

std::optional<Link> find_link(Socket& socket, int index)
{
    return find(socket, link_message(RTM_GETLINK, 0, index), fmt::format("find link {}", index));
}

std::vector<Link> links(Socket& socket)
{
    Message message = link_message(RTM_GETLINK, 0, 0);
    message.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    std::vector<Link> all;
    socket.dump(std::move(message), "list the links",
                [&all](const nlmsghdr& answer) { all.push_back(link_of(answer)); });
    return all;
}

bool remove_link(Socket& socket, int index)
{
    const auto refusal = socket.try_request(link_message(RTM_DELLINK, 0, index));
    if (refusal && refusal->error != ENODEV)
        throw failure_of(*refusal, fmt::format("remove link {}", index));
    return !refusal;
}

void set_up(Socket& socket, int index)
{
    socket.request(link_message(RTM_NEWLINK, 0, index, IFF_UP), fmt::format("set link {} up", index));
}

void set_down(Socket& socket, int index)
{
    Message message = link_message(RTM_NEWLINK, 0, index, IFF_UP);
    header_of(message).ifi_flags = 0;
    socket.request(std::move(message), fmt::format("set link {} down", index));
}

void set_mtu(Socket& socket, int index, unsigned mtu)
{
    change(socket, index, "set the MTU", [mtu](Message& message) { message.put_u32(IFLA_MTU, mtu); });
}

void set_mac(Socket& socket, int index, const MacAddress& mac)
{
    change(socket, index, "set the MAC address",
           [&mac](Message& message) { message.put(IFLA_ADDRESS, mac.bytes()); });
}

void rename(Socket& socket, int index, const std::string& name)
{
    change(socket, index, "change the name",
           [&name](Message& message) { message.put_text(IFLA_IFNAME, name); });
}

void set_alias(Socket& socket, int index, const std::string& alias)
{
    change(socket, index, "set the alias",
           [&alias](Message& message) { message.put_text(IFLA_IFALIAS, alias); });
}

void set_master(Socket& socket, int index, int master)
{
    change(socket, index, "set the bridge",
           [master](Message& message) { message.put_u32(IFLA_MASTER, static_cast<std::uint32_t>(master)); });
}

void move(Socket& socket, int index, const Fd& network_namespace, const std::string& name)
{
    change(socket, index, "change the namespace", [&](Message& message) {
        message.put_u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(network_namespace.number()));
        message.put_text(IFLA_IFNAME, name);
    });
}

} // namespace slipway::netlink
