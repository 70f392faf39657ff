// SPDX-License-Identifier: LGPL-2.1-or-later
// TCP sockets: SOCK_DIAG_BY_FAMILY, dumped by state.
#include "netlink/listening.hpp"

#include "netlink/family.hpp"

#include <algorithm>
#include <array>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace slipway::netlink {

namespace {

using VisitAddress = std::function<void(const IpAddress&)>;

// The local ends on PORT of all TCP sockets in one of STATES (a bit for each).
void for_each_local_end(Socket& socket, std::uint32_t states, std::uint16_t port, const VisitAddress& visit)
{
    for (const IpFamily family : {IpFamily::v4, IpFamily::v6}) {
        inet_diag_req_v2 header{};
        header.sdiag_family = number_of(family);
        header.sdiag_protocol = IPPROTO_TCP;
        header.idiag_states = states;
        // A kernel without IPv6 has no such kind.
        socket.dump(
            Message{SOCK_DIAG_BY_FAMILY, 0, header}, "list the TCP sockets", [&](const nlmsghdr& answer) {
                const auto& found = *static_cast<const inet_diag_msg*>(mnl_nlmsg_get_payload(&answer));
                if (found.id.idiag_sport != ::htons(port))
                    return;
                std::array<std::uint8_t, 16> bytes{};
                std::copy_n(reinterpret_cast<const std::uint8_t*>(found.id.idiag_src),
                            bytes.size(), // NOLINT: bytes
                            bytes.begin());
                visit(IpAddress::of_bytes({bytes.data(), family == IpFamily::v4 ? 4U : 16U}));
            });
    }
}

// The lower, the further it leads.
int rank_of(const IpAddress& address)
{
    static const IpPrefix loopback_v4 = IpPrefix::parse("127.0.0.0/8").value();
    static const IpPrefix loopback_v6 = IpPrefix::parse("::1/128").value();
    if (std::ranges::all_of(address.bytes(), [](std::uint8_t byte) { return byte == 0; }))
        return address.is_v4() ? 0 : 1;
    return loopback_v4.contains(address) || loopback_v6.contains(address) ? 3 : 2;
}

} // namespace

TcpSockets::TcpSockets(const Fd& network_namespace)
    : socket_{Socket::in(network_namespace, Protocol::sock_diag)}
{
}

std::optional<IpAddress> TcpSockets::find_listening(std::uint16_t port)
{
    std::optional<IpAddress> best;
    for_each_local_end(socket_, 1U << unsigned{TCP_LISTEN}, port, [&best](const IpAddress& address) {
        if (!best || rank_of(address) < rank_of(*best))
            best = address;
    });
    return best;
}

std::size_t TcpSockets::count_connected(std::uint16_t port)
{
    std::size_t count = 0;
    for_each_local_end(socket_,
                       1U << unsigned{TCP_ESTABLISHED} | 1U << unsigned{TCP_SYN_RECV} |
                           1U << unsigned{TCP_CLOSE_WAIT},
                       port, [&count](const IpAddress&) { ++count; });
    return count;
}

} // namespace slipway::netlink
