// SPDX-License-Identifier: LGPL-2.1-or-later
// Network namespaces (network_namespaces(7)): made, entered for a moment, set up for a container.
#pragma once

#include "base/fd.hpp"
#include "kernel/user_namespace.hpp"

#include <cstdint>
#include <functional>

namespace slipway::netlink {

struct OwnedNamespaces {
    Fd user;
    Fd network; // owned by USER: who is root there may change it
};

// Both by one short-lived child. Throws Failure as kernel::make_user_namespace().
OwnedNamespaces make_namespaces(const kernel::IdRanges& ranges);
// One that the caller's user namespace owns. Throws Failure.
Fd make_network_namespace();
// The calling thread's. Throws Failure.
Fd own_network_namespace();

// Runs DEED on the calling thread inside; other threads stay where they are. What DEED throws is thrown here,
// after the return. A thread that cannot return would act in the wrong network: that ends the process.
void in_namespace(const Fd& network_namespace, const std::function<void()>& deed);

// The groups whose members may send ICMP echoes without privileges, as the caller's own user namespace
// counts them (icmp(7), ping_group_range).
struct GroupRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0x7fffffff;
};
// From the lowest to the highest group of these mappings.
GroupRange groups_of(const kernel::IdRanges& ranges);

// What each container's namespace needs, before any link but the loopback is made in it: the loopback up, all
// ports free for anybody, ICMP echoes for GROUPS; of IPv6, where the host has it, no router advertisements
// and no duplicate address detection. Links made later inherit that. Throws Failure.
void set_up_namespace(const Fd& network_namespace, const GroupRange& groups);

// NAME as under /proc/sys/net with slashes, in the calling thread's namespace:
// "ipv4/conf/br0/route_localnet". Throws Failure; write_sysctl_if_there() returns false where the kernel has
// none.
void write_sysctl(const std::string& name, const std::string& value);
bool write_sysctl_if_there(const std::string& name, const std::string& value);

} // namespace slipway::netlink
