// SPDX-License-Identifier: LGPL-2.1-or-later
// What each container's network namespace is given before there is a link in it.
#pragma once

#include "base/fd.hpp"
#include "kernel/user_namespace.hpp"

#include <cstdint>

namespace slipway::netlink {

// The groups whose members may send ICMP echoes without privileges, as the caller's own user namespace
// counts them (icmp(7), ping_group_range).
struct GroupRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0x7fffffff;
};

// From the lowest to the highest group of these mappings.
GroupRange groups_of(const kernel::IdRanges& ranges);

// The loopback up; all ports free for anybody; ICMP echoes for GROUPS; of IPv6, where the host has it, no
// router advertisements and no duplicate address detection. Links that are made later inherit it. Throws
// Failure.
void set_up_namespace(const Fd& network_namespace, const GroupRange& groups);

enum class RouterAdvertisements { ignored, heard };

// The same for a caller without privileges, whose USER_NAMESPACE owns it. GROUPS: as that one counts them.
// What the host keeps from users stays as it is. Throws Failure.
void set_up_owned_namespace(const Fd& user_namespace, const Fd& network_namespace, const GroupRange& groups,
                            RouterAdvertisements advertisements);

} // namespace slipway::netlink
