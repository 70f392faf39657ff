// SPDX-License-Identifier: LGPL-2.1-or-later
// Addresses: RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR, RTM_DELNEIGH.
#include "netlink/addresses.hpp"

#include "netlink/family.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

namespace slipway::netlink {

namespace {

// The host's part of all ones. Prefixes of two or one address have none (RFC 3021).
std::optional<IpAddress> broadcast_of(const IpPrefix& prefix)
{
    if (!prefix.address().is_v4() || prefix.length() >= 31)
        return std::nullopt;
    return prefix.network().address().plus((std::uint64_t{1} << (32 - prefix.length())) - 1);
}

Message address_message(std::uint16_t type, std::uint16_t flags, int link, const IpPrefix& prefix)
{
    ifaddrmsg header{};
    header.ifa_family = number_of(prefix.address().family());
    header.ifa_prefixlen = static_cast<std::uint8_t>(prefix.length());
    header.ifa_index = static_cast<std::uint32_t>(link);
    header.ifa_scope = is_link_local(prefix.address()) ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    Message message{type, flags, header};
    message.put(IFA_LOCAL, prefix.address().bytes());
    message.put(IFA_ADDRESS, prefix.address().bytes());
    return message;
}

} // namespace

bool add_address(Socket& socket, int link, const IpPrefix& prefix)
{
    Message message = address_message(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, link, prefix);
    if (const auto broadcast = broadcast_of(prefix))
        message.put(IFA_BROADCAST, broadcast->bytes());
    if (!prefix.address().is_v4())
        message.put_u32(IFA_FLAGS, IFA_F_NODAD);
    const auto refusal = socket.try_request(std::move(message));
    if (refusal && refusal->error != EEXIST)
        throw failure_of(*refusal, fmt::format("add address {} to link {}", prefix.text(), link));
    return !refusal;
}

bool remove_address(Socket& socket, int link, const IpPrefix& prefix)
{
    const auto refusal = socket.try_request(address_message(RTM_DELADDR, 0, link, prefix));
    if (refusal && refusal->error != EADDRNOTAVAIL)
        throw failure_of(*refusal, fmt::format("remove address {} from link {}", prefix.text(), link));
    return !refusal;
}

std::optional<LinkAddress> address_of(const nlmsghdr& message)
{
    const auto& header = *static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(&message));
    const Attributes attributes{message, sizeof header};
    // IFA_ADDRESS is the far end's where the link is from point to point.
    const auto local = attributes.bytes(attributes.has(IFA_LOCAL) ? IFA_LOCAL : IFA_ADDRESS);
    if (!is_address(local))
        return std::nullopt;
    return LinkAddress{static_cast<int>(header.ifa_index),
                       IpPrefix{IpAddress::of_bytes(local), header.ifa_prefixlen}};
}

std::vector<LinkAddress> addresses(Socket& socket)
{
    std::vector<LinkAddress> all;
    socket.dump(Message{RTM_GETADDR, 0, ifaddrmsg{}}, "list the addresses", [&all](const nlmsghdr& answer) {
        if (const auto address = address_of(answer))
            all.push_back(*address);
    });
    return all;
}

IpAddress link_local_of(const MacAddress& mac)
{
    const auto& from = mac.bytes();
    std::array<std::uint8_t, 16> bytes{0xfe, 0x80};
    std::copy_n(from.begin(), 3, bytes.begin() + 8);
    bytes[8] ^= 0x02U;
    bytes[11] = 0xff;
    bytes[12] = 0xfe;
    std::copy_n(from.begin() + 3, 3, bytes.begin() + 13);
    return IpAddress::of_bytes(bytes);
}

bool forget_neighbour(Socket& socket, int link, const IpAddress& address)
{
    ndmsg header{};
    header.ndm_family = number_of(address.family());
    header.ndm_ifindex = link;
    Message message{RTM_DELNEIGH, 0, header};
    message.put(NDA_DST, address.bytes());
    const auto refusal = socket.try_request(std::move(message));
    if (refusal && refusal->error != ENOENT)
        throw failure_of(*refusal, fmt::format("forget the neighbour {} of link {}", address.text(), link));
    return !refusal;
}

} // namespace slipway::netlink
