// SPDX-License-Identifier: LGPL-2.1-or-later
// Reverse names: the part of the address space that a name below in-addr.arpa or ip6.arpa speaks of.
#pragma once

#include "base/ip_address.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace slipway::dns_server {

// "208.10.in-addr.arpa" is 10.208.0.0/16. Of a name with labels below that are no numbers, what is above
// them. NAME on the wire, in lower case; nothing for other names.
std::optional<IpPrefix> find_reverse_prefix(std::string_view name);

// The zone that NAME is in, if SUBNET is cut at label boundaries: for 10.208.0.0/20 each of its sixteen /24
// is a zone. Nothing where NAME is of no address in SUBNET.
std::optional<std::string_view> find_reverse_zone(std::string_view name, const IpPrefix& subnet);

} // namespace slipway::dns_server
