// SPDX-License-Identifier: LGPL-2.1-or-later
// Listener: a socket of the host's that a container is started by (docs/activation.md); as a caller writes
// it, and kept with the container as JSON.
#pragma once

#include "base/fd.hpp"
#include "base/json.hpp"
#include "placement/socket.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace slipway::engine {

struct ListenerWish {
    std::string kind;    // "stream", "datagram", "seqpacket"
    std::string address; // as ListenStream= of systemd.socket(5) has it
    std::string name;    // in LISTEN_FDNAMES; empty: "listen"
    std::uint32_t target_port = 0;
};

struct Listener {
    std::string id;   // 12 hexadecimal digits
    std::string kind; // "Stream", "Datagram", "SequentialPacket"
    std::string address;
    std::string name;
    // Of the container: connections are carried there, for what knows nothing of sockets that are passed. 0:
    // the payload has the socket itself.
    std::uint16_t target_port = 0;

    bool operator==(const Listener&) const = default;
    bool is_passed() const { return target_port == 0; }
};

// Throw Failure{invalid_argument}.
Listener complete(const ListenerWish& wish);
// Of sockets that are handed to one start of a container that has none of its own, with a name each, or
// without names.
std::vector<Listener> listeners_of(const std::vector<Fd>& sockets, const std::vector<std::string>& names);
// The port of TCP that ends the address of a stream; 0 where it has none.
std::uint16_t tcp_port(const std::string& kind, const std::string& address);
bool has_passed(const std::vector<Listener>& listeners);
// LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES (sd_listen_fds(3)) for those that are passed, "KEY=VALUE".
std::vector<std::string> environment_of(const std::vector<Listener>& listeners);

// The units that hold them: one for all that are passed to CONTAINER, one for each of the others.
std::vector<placement::SocketRequest> socket_requests(const std::string& container,
                                                      const std::vector<Listener>& listeners);
// "slipway-listen@NAME.service" and the like.
std::string listen_unit(const std::string& container, const char* suffix);

// For nlohmann's library.
void to_json(Json& json, const Listener& listener);
void from_json(const Json& json, Listener& listener);

} // namespace slipway::engine
