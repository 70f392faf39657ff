// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: containers of a user's engine, whose packets a relay carries.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "engine/network/networks.hpp"
#include "log/log.hpp"
#include "netlink/namespace_setup.hpp"
#include "netlink/namespaces.hpp"
#include "netlink/routes.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <syslog.h>

namespace slipway::engine {

namespace {

// The address that the host itself would call far away with; nothing is sent.
std::optional<IpAddress> find_outward_address()
{
    const Fd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    sockaddr_in far{};
    far.sin_family = AF_INET;
    far.sin_port = htons(53);
    far.sin_addr.s_addr = htonl(0xc0000201); // 192.0.2.1 (RFC 5737)
    socklen_t size = sizeof(far);
    const auto* const address = reinterpret_cast<const sockaddr*>(&far); // NOLINT: how sockets are addressed
    if (!socket || ::connect(socket.number(), address, size) < 0 ||
        ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&far), &size) < 0) // NOLINT: likewise
        return std::nullopt;
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &far.sin_addr, bytes.size());
    return IpAddress::of_bytes(bytes);
}

// As the user namespace itself counts them.
netlink::GroupRange inner_groups(const kernel::IdRanges& ranges)
{
    netlink::GroupRange groups{0, 0};
    for (const kernel::IdRange& range : ranges.gids)
        groups.last = std::max(groups.last, range.inside + range.size - 1);
    return groups;
}

std::optional<RelayProgram> wish_of(const NetworkPlan& plan)
{
    return plan.other.empty() ? std::nullopt : find_relay(plan.other);
}

// Throws where the plan cannot do without one.
RelayChoice choose_for(const NetworkPlan& plan)
{
    RelayChoice choice = choose_relay(wish_of(plan));
    if (choice.program)
        return choice;
    if (!plan.other.empty())
        throw Failure{ErrorCode::not_supported,
                      "the network " + plan.other + " cannot be had: " + choice.why_none()};
    if (!plan.ports.empty())
        throw Failure{ErrorCode::not_supported,
                      "a user's container publishes ports by pasta or slirp4netns: " + choice.why_none()};
    return choice;
}

} // namespace

RelayGround survey_relay_ground()
{
    RelayGround ground;
    ground.has_default_route = false;
    std::vector<IpPrefix> taken;
    netlink::Socket host;
    for (const netlink::Route& route : netlink::routes(host)) {
        if (!route.is_unicast)
            continue;
        // As pasta looks for it.
        constexpr std::uint32_t main_table = 254;
        ground.has_default_route = ground.has_default_route || (route.destination.length() == 0 &&
                                                                route.table == main_table && route.link != 0);
        taken.push_back(route.destination);
    }
    ground.subnet = choose_relay_subnet(taken);
    ground.host = find_outward_address();
    ground.resolv_conf = find_file("/etc/resolv.conf").value_or("");
    return ground;
}

std::optional<RelayChoice> Networks::find_relay_choice() const
{
    if (!own_ids_->is_users())
        return std::nullopt;
    return choose_relay(std::nullopt);
}

void Networks::check_for_user(NetworkPlan& plan) const
{
    if (plan.bandwidth != Bandwidth{})
        throw Failure{ErrorCode::not_supported, "a user's engine limits no bandwidth: leave --bandwidth out"};
    if (plan.kind == NetworkKind::own) {
        for (const Connection& connection : plan.connections)
            if (connection.network != default_network)
                throw Failure{ErrorCode::not_supported,
                              "a user's engine has no networks, so none of the name " + connection.network +
                                  " (leave --network out, or name pasta, slirp4netns, none, host, "
                                  "container:NAME or ns:PATH)"};
        const Connection& only = plan.connections.front();
        if (only.ip4 || only.ip6 || only.mac || !only.aliases.empty() || only.interface != "eth0")
            throw Failure{ErrorCode::not_supported,
                          "a user's container has no address, name or interface of its choice: leave --ip, "
                          "--ip6, --mac-address, --network-alias and interface= out"};
        plan.kind = NetworkKind::relay;
        plan.connections.clear();
    }
    if (plan.kind != NetworkKind::relay)
        return;
    for (const PublishedPort& port : plan.ports)
        if (port.port.protocol == Protocol::sctp)
            throw Failure{ErrorCode::not_supported,
                          "a user's container publishes ports of tcp and udp, not " + port.port.text()};
    choose_for(plan);
}

async::Task<Attachment> Networks::attach_by_relay(ContainerRef container)
{
    Attachment attachment;
    const RelayChoice choice = choose_for(container->spec.network);
    if (!choice.program) {
        log::line(LOG_WARNING, "The container %s has a loopback interface alone: %s.",
                  container->name().c_str(), choice.why_none().c_str());
        co_return attachment;
    }
    attachment.held = hold(container);
    struct Made {
        RelayGround ground;
        netlink::OwnedNamespaces namespaces;
    };
    const auto made = std::make_shared<Made>();
    const auto advertisements = *choice.program == RelayProgram::pasta
                                    ? netlink::RouterAdvertisements::ignored
                                    : netlink::RouterAdvertisements::heard;
    std::function<void()> deed = [made, advertisements, ranges = own_ids_->ranges()] {
        made->ground = survey_relay_ground();
        made->namespaces = netlink::make_namespaces(ranges);
        netlink::set_up_owned_namespace(made->namespaces.user, made->namespaces.network, inner_groups(ranges),
                                        advertisements);
    };
    co_await work(std::move(deed));
    attachment.relay = relay_order(*choice.program, choice.path, container->spec.network.ports, made->ground);
    NameGround names;
    names.addresses = relay_addresses(*choice.program, made->ground);
    names.host = made->ground.host;
    names.resolv_conf_of_host = relay_resolv_conf(*choice.program, made->ground);
    attachment.names = std::move(names);
    attachment.user = std::move(made->namespaces.user);
    attachment.network = std::move(made->namespaces.network);
    co_return attachment;
}

} // namespace slipway::engine
