// SPDX-License-Identifier: LGPL-2.1-or-later
// A container's network namespace before there is a link in it.
#include "netlink/namespace_setup.hpp"

#include "base/failure.hpp"
#include "kernel/child.hpp"
#include "netlink/links.hpp"
#include "netlink/namespaces.hpp"
#include "netlink/sysctl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sched.h>

namespace slipway::netlink {

namespace {

constexpr int loopback = 1;

void set_up_ipv6()
{
    // What holds for "all" holds in place of a link's own; what "default" says is what new links begin with.
    for (const char* scope : {"all", "default"}) {
        if (!write_sysctl_if_there(fmt::format("ipv6/conf/{}/accept_ra", scope), "0"))
            return;
        write_sysctl(fmt::format("ipv6/conf/{}/accept_dad", scope), "0");
    }
}

void try_sysctl(const std::string& name, std::string_view value)
{
    try {
        write_sysctl_if_there(name, value);
    } catch (const Failure&) {
        return; // a /proc that is read-only, for instance
    }
}

} // namespace

GroupRange groups_of(const kernel::IdRanges& ranges)
{
    if (ranges.gids.empty())
        return {1, 0}; // nobody, as the kernel writes it
    GroupRange groups{ranges.gids.front().outside, ranges.gids.front().outside};
    for (const kernel::IdRange& range : ranges.gids) {
        groups.first = std::min(groups.first, range.outside);
        groups.last = std::max(groups.last, range.outside + range.size - 1);
    }
    return groups;
}

void set_up_namespace(const Fd& network_namespace, const GroupRange& groups)
{
    in_namespace(network_namespace, [&groups] {
        // Before the loopback is up, whose address would be tried for duplicates.
        set_up_ipv6();
        write_sysctl_if_there("ipv4/ip_unprivileged_port_start", "0");
        write_sysctl_if_there("ipv4/ping_group_range", fmt::format("{} {}", groups.first, groups.last));
        Socket socket;
        netlink::set_up(socket, loopback);
    });
}

void set_up_owned_namespace(const Fd& user_namespace, const Fd& network_namespace, const GroupRange& groups,
                            RouterAdvertisements advertisements)
{
    kernel::run_in_child([&] {
        check(::setns(user_namespace.number(), CLONE_NEWUSER), "enter a user namespace");
        check(::setns(network_namespace.number(), CLONE_NEWNET), "enter a network namespace");
        for (const char* scope : {"all", "default"}) {
            if (advertisements == RouterAdvertisements::ignored)
                try_sysctl(fmt::format("ipv6/conf/{}/accept_ra", scope), "0");
            try_sysctl(fmt::format("ipv6/conf/{}/accept_dad", scope), "0");
        }
        try_sysctl("ipv4/ip_unprivileged_port_start", "0");
        try_sysctl("ipv4/ping_group_range", fmt::format("{} {}", groups.first, groups.last));
        Socket socket;
        netlink::set_up(socket, loopback);
    });
}

} // namespace slipway::netlink
