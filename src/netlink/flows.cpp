// SPDX-License-Identifier: LGPL-2.1-or-later
// Flows: listed and deleted by ctnetlink (linux/netfilter/nfnetlink_conntrack.h).
#include "netlink/flows.hpp"

#include "netlink/family.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <optional>
#include <utility>
#include <vector>

namespace slipway::netlink {

namespace {

// Which fields of a tuple the kernel compares: one bit each, which no header of its tells
// (CTA_FILTER_F_… of net/netfilter/nf_internals.h). Kernels before 5.8 compare none.
constexpr std::uint32_t by_protocol = 1U << 3U;
constexpr std::uint32_t by_port = 1U << 5U;

// What tells one flow from all others.
struct Handle {
    std::vector<std::uint8_t> tuple;
    std::vector<std::uint8_t> zone;
    std::vector<std::uint8_t> id;
};

Message flow_message(int type, IpFamily family)
{
    const nfgenmsg header{number_of(family), NFNETLINK_V0, 0};
    return Message{static_cast<std::uint16_t>((NFNL_SUBSYS_CTNETLINK << 8) | type), 0, header};
}

Message list_of(const UdpFlows& flows)
{
    Message message = flow_message(IPCTNL_MSG_CT_GET, flows.family);
    message.nest(CTA_TUPLE_ORIG, [&] {
        message.nest(CTA_TUPLE_PROTO, [&] {
            message.put_u8(CTA_PROTO_NUM, IPPROTO_UDP);
            if (flows.port)
                message.put_u16(CTA_PROTO_DST_PORT, htons(*flows.port));
        });
    });
    const std::uint32_t compared = flows.port ? by_protocol | by_port : by_protocol;
    message.nest(CTA_FILTER, [&] { message.put_u32(CTA_FILTER_ORIG_FLAGS, compared); });
    return message;
}

std::optional<IpAddress> address_in(const Attributes& tuple, std::uint16_t v4, std::uint16_t v6)
{
    const Attributes ip = tuple.nested(CTA_TUPLE_IP);
    const std::span<const std::uint8_t> bytes = ip.has(v4) ? ip.bytes(v4) : ip.bytes(v6);
    return is_address(bytes) ? std::optional{IpAddress::of_bytes(bytes)} : std::nullopt;
}

std::optional<UdpFlow> flow_of(const Attributes& entry)
{
    const Attributes there = entry.nested(CTA_TUPLE_ORIG);
    const Attributes back = entry.nested(CTA_TUPLE_REPLY);
    const Attributes ports = there.nested(CTA_TUPLE_PROTO);
    const auto address = address_in(there, CTA_IP_V4_DST, CTA_IP_V6_DST);
    const auto receiver = address_in(back, CTA_IP_V4_SRC, CTA_IP_V6_SRC);
    const std::span<const std::uint8_t> port = ports.bytes(CTA_PROTO_DST_PORT);
    if (!address || !receiver || port.size() != 2 || ports.u8(CTA_PROTO_NUM) != IPPROTO_UDP)
        return std::nullopt;
    return UdpFlow{*address, static_cast<std::uint16_t>(port[0] << 8U | port[1]), *receiver};
}

std::vector<std::uint8_t> copy_of(std::span<const std::uint8_t> bytes)
{
    return {bytes.begin(), bytes.end()};
}

Message deletion_of(const Handle& handle, IpFamily family)
{
    Message message = flow_message(IPCTNL_MSG_CT_DELETE, family);
    message.put(CTA_TUPLE_ORIG | NLA_F_NESTED, handle.tuple);
    if (!handle.zone.empty())
        message.put(CTA_ZONE, handle.zone);
    // Of another one that has come in its place since it was listed nothing is known.
    message.put(CTA_ID, handle.id);
    return message;
}

// False where the kernel has no list: nfnetlink says EINVAL of a subsystem that it has not got.
bool list(Socket& socket, const UdpFlows& flows, const Visit& visit)
{
    const auto refusal = socket.try_dump(list_of(flows), visit);
    if (refusal && refusal->error != EINVAL)
        throw failure_of(*refusal, "list the tracked flows");
    return !refusal;
}

} // namespace

std::size_t forget_udp_flows(Socket& socket, const UdpFlows& flows,
                             const std::function<bool(const UdpFlow&)>& is_stale)
{
    std::vector<Handle> stale;
    const auto visit = [&](const nlmsghdr& answer) {
        const Attributes entry{answer, sizeof(nfgenmsg)};
        const std::optional<UdpFlow> flow = flow_of(entry);
        if (flow && (!flows.port || flow->port == *flows.port) && is_stale(*flow))
            stale.push_back({copy_of(entry.bytes(CTA_TUPLE_ORIG)), copy_of(entry.bytes(CTA_ZONE)),
                             copy_of(entry.bytes(CTA_ID))});
    };
    if (!list(socket, flows, visit))
        return 0;
    std::size_t count = 0;
    for (const Handle& handle : stale) {
        const auto refusal = socket.try_request(deletion_of(handle, flows.family));
        if (!refusal)
            ++count;
        else if (refusal->error != ENOENT) // it has ended meanwhile
            throw failure_of(*refusal, "forget a tracked flow");
    }
    return count;
}

} // namespace slipway::netlink
