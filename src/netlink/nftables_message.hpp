// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages about nftables, for those of this room that change, list and watch it.
#pragma once

#include "netlink/elements.hpp"
#include "netlink/message.hpp"

#include <arpa/inet.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

namespace slipway::netlink {

// TYPE: NFT_MSG_….
inline Message nftables_message(int type, std::uint16_t flags, Family family)
{
    const nfgenmsg header{static_cast<std::uint8_t>(family), NFNETLINK_V0, 0};
    return Message{static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | type), flags, header};
}

// TYPE: NFNL_MSG_BATCH_BEGIN or NFNL_MSG_BATCH_END.
inline Message batch_message(int type)
{
    const nfgenmsg header{AF_UNSPEC, NFNETLINK_V0, htons(NFNL_SUBSYS_NFTABLES)};
    return Message{static_cast<std::uint16_t>(type), 0, header};
}

} // namespace slipway::netlink
