// SPDX-License-Identifier: LGPL-2.1-or-later
// Port: what a service publishes on the host, and what it exposes to others.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::compose {

// Both ends included; 1 to 65535.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;

    unsigned size() const { return last - first + 1U; }
    bool operator==(const PortRange&) const = default;
};

struct Port {
    PortRange target; // in the container
    // On the host: as many as target has, one for one; more than one for a single target: any of them that is
    // free; nothing: any port that is free.
    std::optional<PortRange> published;
    std::string host_address;     // without brackets; empty: all addresses of the host
    std::string protocol = "tcp"; // tcp, udp or sctp
    std::string application;      // app_protocol: what is spoken there, such as http
    std::string name;

    bool operator==(const Port&) const = default;
};

struct ExposedPort {
    PortRange target;
    std::string protocol = "tcp";

    bool operator==(const ExposedPort&) const = default;
};

// "8080" or "8000-8010". Refuses with invalid_argument, as all here do.
Result<PortRange> parse_port_range(std::string_view text);
// tcp, udp or sctp, in lower case.
Result<std::string> parse_protocol(std::string_view text);
// The short form: "[[ADDRESS:]PUBLISHED:]TARGET[/PROTOCOL]".
Result<Port> parse_port(std::string_view text);
// "TARGET[/PROTOCOL]".
Result<ExposedPort> parse_exposed_port(std::string_view text);
// Refuses ranges of different lengths.
Result<Port> checked_port(Port port);

} // namespace slipway::compose
