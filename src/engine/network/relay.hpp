// SPDX-License-Identifier: LGPL-2.1-or-later
// Relay: the program that gives a container of a user's engine an interface and a way out, pasta or
// slirp4netns: which one, and how it is called. The monitor runs it (monitor/relay.hpp).
//
// What a container is called on the wire is nobody else's business: the addresses are the same for all, and
// no address of the host's, which could not be reached otherwise.
#pragma once

#include "base/ip_address.hpp"
#include "engine/network/port.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway::engine {

enum class RelayProgram { pasta, slirp4netns };

std::string_view relay_name(RelayProgram program);
std::optional<RelayProgram> find_relay(std::string_view name);

struct RelayPlaces {
    std::vector<std::string> directories{"/usr/bin", "/usr/local/bin"};
    std::string tun = "/dev/net/tun";
};

struct RelayChoice {
    std::optional<RelayProgram> program;
    std::string path;
    // Those that come before it, with the reason why they are not taken: all of them where none is.
    std::vector<std::pair<std::string, std::string>> obstacles;

    std::string why_none() const; // the reasons, in one line
};

// WISH: the one to take; without it pasta, or else slirp4netns. Looks at the host each time.
RelayChoice choose_relay(std::optional<RelayProgram> wish, const RelayPlaces& places = {});

// What it depends on of the host.
struct RelayGround {
    bool has_default_route = true; // of either family
    IpPrefix subnet;               // /24, no route of the host knows it
    std::optional<IpAddress> host; // by which a container reaches it
    std::string resolv_conf;
};
// Throws Failure.
RelayGround survey_relay_ground();
// The first of ours that nothing in TAKEN overlaps.
IpPrefix choose_relay_subnet(const std::vector<IpPrefix>& taken);

// Descriptors of the program (docs/protocols.md, "Monitor").
inline constexpr int relay_network = 0;
inline constexpr int relay_user = 1;
inline constexpr int relay_words = 2; // it is ready when it says its PID here, in a line
inline constexpr int relay_ready = 3; // or anything here
inline constexpr int relay_directory = 4;

struct RelayOrder {
    std::string program;
    std::vector<std::string> arguments; // with argv[0]
    bool is_inside = false;             // runs in the container's user namespace
    std::vector<std::string> requests;  // to its socket, once it is ready
};

// Throws Failure{not_supported} for ports that PROGRAM cannot publish.
RelayOrder relay_order(RelayProgram program, const std::string& path, const std::vector<PublishedPort>& ports,
                       const RelayGround& ground);
// For the monitor.
std::string to_json(const RelayOrder& order);

// Of the container; those that are known before it runs.
std::vector<IpAddress> relay_addresses(RelayProgram program, const RelayGround& ground);
// Its /etc/resolv.conf: the host's, with name servers that it can reach.
std::string relay_resolv_conf(RelayProgram program, const RelayGround& ground);

} // namespace slipway::engine
