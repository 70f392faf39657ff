// SPDX-License-Identifier: LGPL-2.1-or-later
// NetworkSettings: what a network is; kept with it as JSON, all that was left open being decided.
#pragma once

#include "base/ip_address.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::engine {

enum class NetworkDriver { bridge, macvlan, ipvlan };

struct Subnet {
    IpPrefix prefix;
    IpAddress gateway;             // of a bridge, the host's address in it
    std::optional<IpPrefix> range; // what addresses are given of, if not of all

    bool operator==(const Subnet&) const = default;
};

// As a caller writes it.
struct NetworkSpec {
    std::string driver;                // "bridge", "macvlan", "ipvlan"; empty: bridge
    std::vector<std::string> subnets;  // "10.1.0.0/16"; one of each family at most
    std::vector<std::string> gateways; // each in one of the subnets
    std::vector<std::string> ranges;   // the same
    bool has_ip4 = true;
    bool has_ip6 = true;
    bool is_internal = false;
    std::uint32_t mtu = 0; // 0: the driver's own
    std::string interface; // of a bridge; empty: one is made up
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> options; // "parent", "mode"
};

struct NetworkSettings {
    NetworkDriver driver = NetworkDriver::bridge;
    std::string interface; // a bridge's own, or the parent
    std::string mode;      // of macvlan ("bridge", …) and ipvlan ("l2", …)
    std::vector<Subnet> subnets;
    bool is_internal = false;
    std::uint32_t mtu = 0;
    std::map<std::string, std::string> labels;

    bool operator==(const NetworkSettings&) const = default;

    const Subnet* find_subnet(IpFamily family) const;
};

// What is taken already, where a new network is to find its place.
struct Surveyed {
    std::vector<IpPrefix> prefixes;   // the host's routes and addresses, and other networks
    std::set<std::string> interfaces; // the host's, and other networks'
    std::optional<IpPrefix> ula;      // the host's /48, once chosen
    bool has_ip6 = true;              // the host has any IPv6 at all
};

// A network's name is a DNS label too: its members are found below it. Throws Failure{invalid_name}.
void check_network_name(std::string_view name);

// Throws Failure{invalid_argument, not_supported, name_taken, no_address}.
NetworkSettings complete(const std::string& name, const NetworkSpec& spec, const Surveyed& surveyed);

std::string_view driver_name(NetworkDriver driver);
std::string to_json(const NetworkSettings& settings);
NetworkSettings parse_network_settings(std::string_view json);

} // namespace slipway::engine
