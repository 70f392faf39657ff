// SPDX-License-Identifier: LGPL-2.1-or-later
// Target: one repository and the places to reach it at, as slipway-registry is told at the beginning.
#pragma once

#include "base/result.hpp"
#include "oci/auth_file.hpp"
#include "oci/registries_conf.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::registry {

// PEM texts; empty where there is none.
struct Certificates {
    std::string authorities; // trusted besides the host's
    std::string certificate; // shown to a registry that asks for one
    std::string key;

    bool operator==(const Certificates&) const = default;
};

struct Place {
    oci::Endpoint endpoint;
    oci::Credentials credentials;
    Certificates certificates;

    bool operator==(const Place&) const = default;
};

// As curl(1) has them: URLs, and the hosts that are reached without.
struct Proxies {
    std::string http;
    std::string https;
    std::string all;
    std::string none;

    bool operator==(const Proxies&) const = default;
};

struct Patience {
    std::chrono::milliseconds connect{15'000};
    // Without a byte in either direction.
    std::chrono::milliseconds stall{60'000};
    // Before the second attempt; doubled for each further one.
    std::chrono::milliseconds first_delay{500};
    // The longest that a registry may ask to wait.
    std::chrono::milliseconds longest_delay{60'000};
    unsigned attempts = 5;

    bool operator==(const Patience&) const = default;
};

struct Target {
    std::vector<Place> places; // asked in this order; at least one
    Proxies proxies;
    Patience patience;

    bool operator==(const Target&) const = default;
};

// The text of the memory file that goes with "open".
std::string to_json(const Target& target);
// Refuses with invalid_argument.
Result<Target> parse_target(std::string_view json);

// HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in this environment ("NAME=value"), in either case but for
// HTTP_PROXY in capitals, which a web server's client could set.
Proxies proxies_of(const std::vector<std::string>& environment);

} // namespace slipway::registry
