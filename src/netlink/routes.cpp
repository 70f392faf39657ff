// SPDX-License-Identifier: LGPL-2.1-or-later
// Routes: RTM_NEWROUTE, RTM_GETROUTE.
#include "netlink/routes.hpp"

#include "netlink/family.hpp"

#include <fmt/format.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

namespace slipway::netlink {

namespace {

std::optional<Route> route_of(const nlmsghdr& message)
{
    const auto& header = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
    if ((header.rtm_family != AF_INET && header.rtm_family != AF_INET6) ||
        (header.rtm_flags & RTM_F_CLONED) != 0)
        return std::nullopt;
    const Attributes attributes{message, sizeof header};
    const IpAddress any = header.rtm_family == AF_INET ? IpAddress{} : IpAddress::of_bytes(no_address_v6);
    const auto destination = attributes.bytes(RTA_DST);
    const auto gateway = attributes.bytes(RTA_GATEWAY);
    Route route;
    route.destination =
        IpPrefix{is_address(destination) ? IpAddress::of_bytes(destination) : any, header.rtm_dst_len};
    if (is_address(gateway))
        route.gateway = IpAddress::of_bytes(gateway);
    route.link = static_cast<int>(attributes.u32(RTA_OIF));
    route.table = attributes.has(RTA_TABLE) ? attributes.u32(RTA_TABLE) : header.rtm_table;
    route.is_unicast = header.rtm_type == RTN_UNICAST;
    return route;
}

rtmsg header_for(const IpPrefix& destination)
{
    rtmsg header{};
    header.rtm_family = number_of(destination.address().family());
    header.rtm_dst_len = static_cast<std::uint8_t>(destination.length());
    header.rtm_protocol = RTPROT_STATIC;
    header.rtm_type = RTN_UNICAST;
    return header;
}

bool add(Socket& socket, Message message, const std::string& deed)
{
    const auto refusal = socket.try_request(std::move(message));
    if (refusal && refusal->error != EEXIST)
        throw failure_of(*refusal, deed);
    return !refusal;
}

} // namespace

bool add_route(Socket& socket, const Route& route)
{
    rtmsg header = header_for(route.destination);
    const bool is_direct = !route.gateway && route.destination.address().is_v4();
    header.rtm_scope = is_direct ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    Message message{RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, header};
    message.put_u32(RTA_TABLE, route.table);
    if (route.destination.length() != 0)
        message.put(RTA_DST, route.destination.address().bytes());
    if (route.gateway)
        message.put(RTA_GATEWAY, route.gateway->bytes());
    if (route.link != 0)
        message.put_u32(RTA_OIF, static_cast<std::uint32_t>(route.link));
    return add(socket, std::move(message), "add a route to " + route.destination.text());
}

bool answer_loopback_v6(Socket& socket, int link)
{
    std::array<std::uint8_t, 16> bytes{};
    bytes.back() = 1;
    rtmsg header = header_for(IpPrefix{IpAddress::of_bytes(bytes), 128});
    header.rtm_type = RTN_LOCAL;
    Message message{RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, header};
    message.put_u32(RTA_TABLE, RT_TABLE_LOCAL);
    message.put(RTA_DST, bytes);
    message.put_u32(RTA_OIF, static_cast<std::uint32_t>(link));
    // Routes of one metric would be one route with several links. The loopback's own has 0, and comes first.
    message.put_u32(RTA_PRIORITY, 2048 + static_cast<std::uint32_t>(link));
    return add(socket, std::move(message), fmt::format("add a route for ::1 by link {}", link));
}

bool add_default_route(Socket& socket, const IpAddress& gateway, int link)
{
    const IpAddress any = gateway.is_v4() ? IpAddress{} : IpAddress::of_bytes(no_address_v6);
    return add_route(socket, {IpPrefix{any, 0}, gateway, link});
}

std::vector<Route> routes(Socket& socket)
{
    std::vector<Route> all;
    socket.dump(Message{RTM_GETROUTE, 0, rtmsg{}}, "list the routes", [&all](const nlmsghdr& answer) {
        if (const auto route = route_of(answer))
            all.push_back(*route);
    });
    return all;
}

} // namespace slipway::netlink
