// SPDX-License-Identifier: LGPL-2.1-or-later
// Wire: a listening socket that leads to one port of a container; as a caller writes it, and kept with its
// container as JSON (docs/wires.md).
#pragma once

#include "base/ip_address.hpp"
#include "base/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::engine {

// As a caller writes it; what is empty or 0 is left open.
struct WireWish {
    std::string target; // a container's name; it need not be there yet
    std::uint32_t target_port = 0;
    std::string name;       // by which it is found in /etc/hosts; empty: the target's
    std::uint32_t port = 0; // of the socket; 0: the target's
    std::string unix_path;  // in the container
    bool has_environment = false;
};

struct Wire {
    std::string id; // 12 hexadecimal digits
    std::string target;
    std::uint16_t target_port = 0;
    std::string name;
    std::uint16_t port = 0;
    unsigned number = 0; // no other wire of the container has it: address()
    std::string unix_path;
    bool has_environment = false;

    bool operator==(const Wire&) const = default;

    // 127.208.0.1 and on, on the loopback of the container that has it.
    IpAddress address() const;
};

// One more of those that a container has: with an ID and a number of its own. Throws
// Failure{invalid_argument, invalid_name, name_taken}.
Wire complete(const WireWish& wish, const std::vector<Wire>& others);

// DB_HOST and DB_PORT of those that ask for it, "KEY=VALUE".
std::vector<std::string> environment_of(const std::vector<Wire>& wires);

// For nlohmann's library.
void to_json(Json& json, const Wire& wire);
void from_json(const Json& json, Wire& wire);

} // namespace slipway::engine
