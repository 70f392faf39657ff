// SPDX-License-Identifier: LGPL-2.1-or-later
// Watches: sockets that are members of the kernel's groups and ask nothing.
#include "netlink/watch.hpp"

#include "base/failure.hpp"
#include "netlink/addresses.hpp"
#include "netlink/link_message.hpp"
#include "netlink/nftables_message.hpp"

#include <array>
#include <set>
#include <sys/socket.h>

namespace slipway::netlink {

namespace {

enum class Reading { all, lost_some };

// Until there is nothing left.
Reading read_all_of(const Socket& socket, const Visit& visit)
{
    Reading reading = Reading::all;
    std::array<char, 32768> buffer;
    for (;;) {
        const ssize_t size = ::recv(socket.fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN)
            return reading;
        if (size < 0 && errno == ENOBUFS) {
            reading = Reading::lost_some;
            continue;
        }
        check(size, "hear the kernel by netlink");
        for_each_message({buffer.data(), static_cast<std::size_t>(size)}, visit);
    }
}

LinkEvent event_of_link(const nlmsghdr& message)
{
    Link link = link_of(message);
    if (message.nlmsg_type == RTM_NEWLINK)
        return LinkChanged{std::move(link)};
    return LinkGone{link.index, std::move(link.name)};
}

LinkEvent event_of_address(const nlmsghdr& message, const LinkAddress& address)
{
    if (message.nlmsg_type == RTM_NEWADDR)
        return AddressAdded{address.link, address.prefix};
    return AddressGone{address.link, address.prefix};
}

// A bridge tells of its ports by the same messages.
bool is_of_a_port(const nlmsghdr& message)
{
    return static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message))->ifi_family == AF_BRIDGE;
}

void add_event(std::vector<LinkEvent>& events, const nlmsghdr& message)
{
    switch (message.nlmsg_type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
        if (!is_of_a_port(message))
            events.push_back(event_of_link(message));
        break;
    case RTM_NEWADDR:
    case RTM_DELADDR:
        if (const auto address = address_of(message))
            events.push_back(event_of_address(message, *address));
        break;
    default:
        break;
    }
}

void add_event(std::set<RulesEvent>& events, const nlmsghdr& message, const std::string& table)
{
    // All of them have their table's name as the first attribute.
    static_assert(int{NFTA_TABLE_NAME} == int{NFTA_CHAIN_TABLE} &&
                  int{NFTA_TABLE_NAME} == int{NFTA_RULE_TABLE} &&
                  int{NFTA_TABLE_NAME} == int{NFTA_SET_TABLE});
    if (NFNL_SUBSYS_ID(message.nlmsg_type) != NFNL_SUBSYS_NFTABLES ||
        Attributes{message, sizeof(nfgenmsg)}.text(NFTA_TABLE_NAME) != table)
        return;
    switch (NFNL_MSG_TYPE(message.nlmsg_type)) {
    case NFT_MSG_DELTABLE:
        events.insert(RulesEvent::table_gone);
        break;
    case NFT_MSG_NEWCHAIN:
    case NFT_MSG_DELCHAIN:
    case NFT_MSG_NEWRULE:
    case NFT_MSG_DELRULE:
    case NFT_MSG_DELSET:
        events.insert(RulesEvent::rules_changed);
        break;
    default:
        break;
    }
}

} // namespace

LinkWatch::LinkWatch()
{
    socket_.join({RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR});
}

std::vector<LinkEvent> LinkWatch::read()
{
    std::vector<LinkEvent> events;
    const Reading reading =
        read_all_of(socket_, [&events](const nlmsghdr& message) { add_event(events, message); });
    if (reading == Reading::lost_some)
        return {Resync{}};
    return events;
}

RulesWatch::RulesWatch(std::string table) : table_{std::move(table)}, socket_{Protocol::netfilter}
{
    socket_.join({NFNLGRP_NFTABLES});
}

std::vector<RulesEvent> RulesWatch::read()
{
    std::set<RulesEvent> events;
    const Reading reading =
        read_all_of(socket_, [&](const nlmsghdr& message) { add_event(events, message, table_); });
    if (reading == Reading::lost_some)
        events.insert(RulesEvent::resync);
    return {events.begin(), events.end()};
}

} // namespace slipway::netlink
