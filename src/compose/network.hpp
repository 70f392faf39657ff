// SPDX-License-Identifier: LGPL-2.1-or-later
// Network: a network of the project, and how a service is on it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::compose {

struct Subnet {
    std::string subnet;                          // "172.16.238.0/24"; empty: chosen by the engine
    std::string range;                           // of which addresses are given: a part of subnet
    std::string gateway;                         // an address
    std::map<std::string, std::string> reserved; // aux_addresses: host to address

    bool operator==(const Subnet&) const = default;
};

struct Network {
    std::string key;          // in the file
    std::string name;         // as the engine calls it: PROJECT_KEY, or what "name" says
    bool is_external = false; // is there already
    std::string driver;
    std::map<std::string, std::string> driver_options;
    std::map<std::string, std::string> labels;
    std::string address_driver; // ipam.driver
    std::map<std::string, std::string> address_options;
    std::vector<Subnet> subnets;
    bool is_internal = false;
    bool is_attachable = false;
    std::optional<bool> has_ipv4;
    std::optional<bool> has_ipv6;

    bool operator==(const Network&) const = default;
};

// How a service is on the network with this key.
struct NetworkUse {
    std::vector<std::string> aliases;
    std::string ipv4_address;
    std::string ipv6_address;
    std::vector<std::string> link_local_addresses;
    std::string mac_address;
    std::string interface;
    std::map<std::string, std::string> driver_options;
    double priority = 0;         // more: connected earlier
    double gateway_priority = 0; // the most: has the default route

    bool operator==(const NetworkUse&) const = default;
};

} // namespace slipway::compose
