// SPDX-License-Identifier: LGPL-2.1-or-later
// Addresses in words that a test reads well.
#pragma once

#include "base/ip_address.hpp"

namespace slipway::netlink {

inline IpAddress address(const char* text)
{
    return IpAddress::parse(text).value();
}

inline IpPrefix prefix(const char* text)
{
    return IpPrefix::parse(text).value();
}

inline MacAddress mac(const char* text)
{
    return MacAddress::parse(text).value();
}

} // namespace slipway::netlink
