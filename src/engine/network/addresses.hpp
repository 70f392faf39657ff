// SPDX-License-Identifier: LGPL-2.1-or-later
// Addresses: which a container gets of a network. Rows of the state database see to it that none is given
// twice.
#pragma once

#include "engine/network/connection.hpp"
#include "engine/network/settings.hpp"
#include "store/networks.hpp"

#include <optional>
#include <set>
#include <string>

namespace slipway::engine {

struct Addresses {
    std::optional<IpAddress> ip4;
    std::optional<IpAddress> ip6;
    MacAddress mac;

    bool operator==(const Addresses&) const = default;
};

// Those that WISH asks for, else the next free ones, but for those that are PROMISED; their rows are there
// when it returns. Throws Failure{invalid_argument, no_address}: within a transaction, for some may be there
// then.
Addresses claim_addresses(store::Networks& rows, const NetworkSettings& settings, const Connection& wish,
                          const std::string& container, const std::set<IpAddress>& promised = {});

// The next free ones, without a row. Throws Failure{no_address}.
Addresses choose_addresses(store::Networks& rows, const std::string& network, const NetworkSettings& settings,
                           const std::set<IpAddress>& promised);

// What it has got of the network, or nothing.
std::optional<Addresses> find_addresses(store::Networks& rows, const Connection& wish,
                                        const std::string& container);

} // namespace slipway::engine
