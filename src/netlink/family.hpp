// SPDX-License-Identifier: LGPL-2.1-or-later
// Between our addresses and the kernel's: families by number, and which bytes are an address.
#pragma once

#include "base/ip_address.hpp"

#include <array>
#include <span>
#include <sys/socket.h>

namespace slipway::netlink {

inline constexpr std::array<std::uint8_t, 16> no_address_v6{};

inline std::uint8_t number_of(IpFamily family)
{
    return family == IpFamily::v4 ? AF_INET : AF_INET6;
}

inline bool is_address(std::span<const std::uint8_t> bytes)
{
    return bytes.size() == 4 || bytes.size() == 16;
}

inline bool is_link_local(const IpAddress& address)
{
    return !address.is_v4() && address.bytes()[0] == 0xfe && (address.bytes()[1] & 0xc0U) == 0x80;
}

} // namespace slipway::netlink
