// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages about links, for those of this room that make, change and watch them.
#pragma once

#include "netlink/links.hpp"
#include "netlink/message.hpp"

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

namespace slipway::netlink {

// INDEX 0: found by name, or new. UP_OR_DOWN: IFF_UP to set it up.
Message link_message(std::uint16_t type, std::uint16_t flags, int index, unsigned up_or_down = 0);

inline ifinfomsg& header_of(Message& message)
{
    return *static_cast<ifinfomsg*>(mnl_nlmsg_get_payload(&message.header()));
}

// Of a link that has just been made. Throws Failure{no_such_device} if somebody was quicker to remove it.
Link new_link(Socket& socket, const std::string& name);

// Of an RTM_NEWLINK or RTM_DELLINK from the kernel.
Link link_of(const nlmsghdr& message);

} // namespace slipway::netlink
