// SPDX-License-Identifier: LGPL-2.1-or-later
// Queueing disciplines: a token bucket (tc-tbf(8)), and what sends a link's incoming packets through one.
#include "netlink/qdisc.hpp"

#include "netlink/link_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/tc_act/tc_mirred.h>

namespace slipway::netlink {

namespace {

// Ten packets of an Ethernet's size: less would make the clock's steps felt.
constexpr std::uint64_t least_burst = 16384;

Message message_for(std::uint16_t type, std::uint16_t flags, int link, std::uint32_t parent)
{
    tcmsg header{};
    header.tcm_ifindex = link;
    header.tcm_parent = parent;
    return Message{type, flags, header};
}

std::uint32_t at_most_u32(std::uint64_t value)
{
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, UINT32_MAX));
}

void put_token_bucket(Message& message, const Rate& rate)
{
    const std::uint64_t bytes = rate.bits_per_second / 8; // a second
    const std::uint32_t burst =
        rate.burst != 0 ? rate.burst : at_most_u32(std::max(least_burst, bytes / 100));
    tc_tbf_qopt options{};
    options.rate.rate = at_most_u32(bytes);
    options.rate.linklayer = TC_LINKLAYER_ETHERNET; // so no table of times is needed
    options.limit = at_most_u32(bytes * static_cast<std::uint64_t>(rate.latency.count()) / 1000 + burst);
    message.put_text(TCA_KIND, "tbf");
    message.nest(TCA_OPTIONS, [&] {
        message.put_object(TCA_TBF_PARMS, options);
        message.put_u32(TCA_TBF_BURST, burst);
        if (bytes > UINT32_MAX)
            message.put_object(TCA_TBF_RATE64, bytes);
    });
}

// A link that hands back what is sent to it, as if it had been received where it came from.
int make_ifb(Socket& socket, const std::string& name)
{
    Message message = link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, IFF_UP);
    message.put_text(IFLA_IFNAME, name);
    message.nest(IFLA_LINKINFO, [&] { message.put_text(IFLA_INFO_KIND, "ifb"); });
    socket.request(std::move(message), "make ifb " + name);
    return new_link(socket, name).index;
}

Message ingress_message(int link)
{
    Message message = message_for(RTM_NEWQDISC, NLM_F_CREATE, link, TC_H_INGRESS);
    static_cast<tcmsg*>(mnl_nlmsg_get_payload(&message.header()))->tcm_handle = TC_H_MAKE(TC_H_INGRESS, 0);
    message.put_text(TCA_KIND, "ingress");
    return message;
}

// By u32, which kernels have that lack matchall: one key that fits all.
Message redirection_message(int link, int to)
{
    alignas(tc_u32_sel) std::array<std::uint8_t, sizeof(tc_u32_sel) + sizeof(tc_u32_key)> all{};
    auto* const selector =
        reinterpret_cast<tc_u32_sel*>(all.data()); // NOLINT: the key behind it is all zeroes
    selector->flags = TC_U32_TERMINAL;
    selector->nkeys = 1;
    tc_mirred redirection{};
    redirection.action = TC_ACT_STOLEN;
    redirection.eaction = TCA_EGRESS_REDIR;
    redirection.ifindex = static_cast<std::uint32_t>(to);

    Message message =
        message_for(RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, link, TC_H_MAKE(TC_H_INGRESS, 0));
    static_cast<tcmsg*>(mnl_nlmsg_get_payload(&message.header()))->tcm_info =
        TC_H_MAKE(1U << 16U, htons(ETH_P_ALL));
    message.put_text(TCA_KIND, "u32");
    message.nest(TCA_OPTIONS, [&] {
        message.put(TCA_U32_SEL, all);
        message.nest(TCA_U32_ACT, [&] {
            message.nest(1, [&] { // the first action's place
                message.put_text(TCA_ACT_KIND, "mirred");
                message.nest(TCA_ACT_OPTIONS, [&] { message.put_object(TCA_MIRRED_PARMS, redirection); });
            });
        });
    });
    return message;
}

} // namespace

void limit_sending(Socket& socket, int link, const Rate& rate)
{
    Message message = message_for(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, link, TC_H_ROOT);
    put_token_bucket(message, rate);
    socket.request(std::move(message), fmt::format("limit link {}", link));
}

int limit_receiving(Socket& socket, int link, const std::string& ifb, const Rate& rate)
{
    const int index = make_ifb(socket, ifb);
    try {
        limit_sending(socket, index, rate);
        socket.request(ingress_message(link), fmt::format("look at what link {} receives", link));
        socket.request(redirection_message(link, index), fmt::format("redirect what link {} receives", link));
    } catch (...) {
        remove_link(socket, index);
        throw;
    }
    return index;
}

bool unlimit_sending(Socket& socket, int link)
{
    const auto refusal = socket.try_request(message_for(RTM_DELQDISC, 0, link, TC_H_ROOT));
    if (refusal && refusal->error != ENOENT)
        throw failure_of(*refusal, fmt::format("unlimit link {}", link));
    return !refusal;
}

bool unlimit_receiving(Socket& socket, int link, const std::string& ifb)
{
    const auto refusal = socket.try_request(message_for(RTM_DELQDISC, 0, link, TC_H_INGRESS));
    if (refusal && refusal->error != ENOENT && refusal->error != EINVAL && refusal->error != ENODEV)
        throw failure_of(*refusal, fmt::format("unlimit what link {} receives", link));
    const auto helper = find_link(socket, ifb);
    return helper && remove_link(socket, helper->index);
}

} // namespace slipway::netlink
