// SPDX-License-Identifier: LGPL-2.1-or-later
// PublishedPort: a port of a container that the host answers for; as docker's users write it, and kept as
// JSON.
#pragma once

#include "base/ip_address.hpp"
#include "base/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::engine {

// Numbers of IPPROTO_*.
enum class Protocol : std::uint8_t { tcp = 6, udp = 17, sctp = 132 };

std::string_view protocol_name(Protocol protocol);

struct Port {
    Protocol protocol = Protocol::tcp;
    std::uint16_t number = 0;

    std::string text() const; // "80/tcp"
    auto operator<=>(const Port&) const = default;
};

struct PublishedPort {
    std::optional<IpAddress> host_address; // absent: all of the host's
    std::uint16_t host_port = 0;
    bool is_any = false; // nobody minds which; 0 until the first start
    Port port;           // the container's

    std::string text() const; // "192.0.2.1:8080->80/tcp"
    bool operator==(const PublishedPort&) const = default;
};

// "80", "80/udp", "8000-8010/tcp". Throws Failure{invalid_argument}.
std::vector<Port> parse_ports(std::string_view text);
// "[HOST-ADDRESS:][HOST-PORT[-END]:]PORT[-END][/PROTOCOL]", an IPv6 address in brackets. Throws
// Failure{invalid_argument}.
std::vector<PublishedPort> parse_published(std::string_view text);

// Whether no program could have both.
bool collide(const PublishedPort& one, const PublishedPort& other);

// For nlohmann's library.
void to_json(Json& json, const Port& port);
void from_json(const Json& json, Port& port);
void to_json(Json& json, const PublishedPort& published);
void from_json(const Json& json, PublishedPort& published);

} // namespace slipway::engine
