// SPDX-License-Identifier: LGPL-2.1-or-later
// The addresses of a new network: what was asked for, or a stretch of a private range that the host does not
// use.
#pragma once

#include "engine/network/settings.hpp"

#include <vector>

namespace slipway::engine {

// IPv4 first. Throws Failure{invalid_argument, no_address}.
std::vector<Subnet> choose_subnets(const NetworkSpec& spec, NetworkDriver driver, const Surveyed& surveyed);

// A /48 of fd00::/8 with 40 random bits (RFC 4193, section 3.2).
IpPrefix random_ula();

} // namespace slipway::engine
