// SPDX-License-Identifier: LGPL-2.1-or-later
// Traffic: whom a container may speak with (systemd.resource-control(5), IPAddressAllow=), and how much.
#pragma once

#include "base/ip_address.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace slipway::engine {

// "10.0.0.0/8", "192.0.2.1", or "any", "localhost", "link-local", "multicast" as systemd has them. Throws
// Failure{invalid_argument}.
std::vector<IpPrefix> parse_peers(std::string_view word);

// Bits a second; 0: no limit.
struct Bandwidth {
    std::uint64_t down = 0; // to the container
    std::uint64_t up = 0;

    bool operator==(const Bandwidth&) const = default;
};

// "10m" for both, or "down=10m,up=512k": decimal, with k, m or g. Throws Failure{invalid_argument}.
Bandwidth parse_bandwidth(std::string_view word);

} // namespace slipway::engine
