// SPDX-License-Identifier: LGPL-2.1-or-later
// NetworkPlan: what a container is to be connected to; as a caller writes it, and kept with it as JSON.
#pragma once

#include "base/ip_address.hpp"
#include "base/json.hpp"
#include "engine/network/port.hpp"
#include "engine/network/traffic.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::engine {

inline constexpr const char* default_network = "default";

// As a caller writes them.
struct NetworkWish {
    // "NAME[:KEY=VALUE,…]", or one of "none", "host", "container:NAME", "ns:PATH", or the name of a relay
    // (relay.hpp). None: the default network.
    std::vector<std::string> networks;
    std::vector<std::string> ports; // to publish
    bool publishes_all = false;     // what is exposed, at any ports of the host
    std::vector<std::string> exposed;
    // As docker's users write them: of /etc/resolv.conf, and "NAME:ADDRESS" of /etc/hosts.
    std::vector<std::string> name_servers;
    std::vector<std::string> search_domains;
    std::vector<std::string> resolver_options;
    std::vector<std::string> hosts;
    // traffic.hpp
    std::vector<std::string> allowed_peers;
    std::vector<std::string> denied_peers;
    std::string bandwidth;
};

struct Connection {
    std::string network;
    std::string interface; // empty: the next of eth0, eth1, …
    unsigned slot = 0;     // no other connection of the container has it: part of the name of its port
    std::vector<std::string> aliases;
    // What was asked for; what it has is in the state database.
    std::optional<IpAddress> ip4;
    std::optional<IpAddress> ip6;
    std::optional<MacAddress> mac;

    bool operator==(const Connection&) const = default;
};

// The same in words, of a connection that comes later; what is empty is left open.
struct ConnectionWish {
    std::string ip4;
    std::string ip6;
    std::string mac;
    std::string interface;
    std::vector<std::string> aliases;
};

enum class NetworkKind { own, none, host, container, path, relay };

struct NetworkPlan {
    NetworkKind kind = NetworkKind::none;
    // A container's name, later its ID; a namespace's path; the relay that was asked for, or whichever.
    std::string other;
    std::vector<Connection> connections;
    std::vector<PublishedPort> ports;
    std::vector<Port> exposed;
    std::vector<std::string> name_servers;
    std::vector<std::string> search_domains;
    std::vector<std::string> resolver_options;
    std::vector<std::string> hosts; // "NAME:ADDRESS", "NAME:host-gateway"
    std::vector<std::string> allowed_peers;
    std::vector<std::string> denied_peers;
    Bandwidth bandwidth;

    bool operator==(const NetworkPlan&) const = default;
};

// "NAME[:ip=ADDRESS,ip6=ADDRESS,mac=ADDRESS,alias=NAME,interface=NAME]". Throws Failure{invalid_argument,
// unknown_option}.
Connection parse_connection(std::string_view text);
// Throws Failure{invalid_argument}.
Connection complete(const std::string& network, const ConnectionWish& wish);
// IMAGE_PORTS: what the image exposes; what of it is no port is left out. Throws Failure{invalid_argument,
// unknown_option}.
NetworkPlan complete(const NetworkWish& wish, const std::vector<std::string>& image_ports);

// "default", "none", "container:ID": as docker's HostConfig.NetworkMode.
std::string mode_of(const NetworkPlan& plan);

// CONNECTION becomes one of PLAN's, with an interface and a slot of its own. Throws
// Failure{invalid_argument}.
void add(NetworkPlan& plan, Connection connection);

// For nlohmann's library.
void to_json(Json& json, const Connection& connection);
void from_json(const Json& json, Connection& connection);
void to_json(Json& json, const NetworkPlan& plan);
void from_json(const Json& json, NetworkPlan& plan);

} // namespace slipway::engine
