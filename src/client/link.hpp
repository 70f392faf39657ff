// SPDX-License-Identifier: LGPL-2.1-or-later
// Link: one connection to the engine, over its private socket where that is open to us, else over the system
// bus or the user's.
#pragma once

#include "async/signal.hpp"
#include "async/task.hpp"
#include "bus/connection.hpp"

#include <functional>
#include <memory>
#include <string>

namespace slipway::client {

inline constexpr const char* engine_name = "org.slipway.Engine1";
inline constexpr const char* engine_path = "/org/slipway/Engine1";

// Whose engine: the machine's, or that of the user who asks.
enum class Reach { machine, user };

// Peer-to-peer D-Bus without a broker's hop; systemd listens there and starts the engine. The machine's is
// for root. Throws Failure{unavailable} for a user without XDG_RUNTIME_DIR.
std::string private_socket_path(Reach reach);

enum class Route {
    // The private socket if it can be connected to, else the bus.
    automatic,
    system_bus, // with Reach::user the user's
    private_socket,
};

// What the environment variable SLIPWAY_BUS says ("system", "private"); Failure{invalid_argument} for other
// words.
Route route_from_environment();

class Link {
  public:
    // DESTINATION: the name to call and to hear; empty for a peer.
    Link(async::EventLoop& loop, bus::Connection connection, std::string destination, Reach reach);
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    Link(Link&&) = delete;
    Link& operator=(Link&&) = delete;
    ~Link() = default;

    const bus::Connection& connection() const noexcept { return connection_; }
    const std::string& destination() const noexcept { return destination_; }
    Reach reach() const noexcept { return reach_; }
    // Until the peers have greeted each other; false if the connection was lost before, when nothing was sent
    // yet. (sd-bus itself waits for that too where a message has descriptors, but without the event loop.)
    async::Task<bool> settle();

  private:
    static int after_each_event(sd_event_source*, void* userdata);

    bus::Connection connection_;
    std::string destination_;
    Reach reach_;
    async::Source watch_;
    async::Signal settled_;
};

// Makes a new connection each time it is called. Throws Failure{unavailable}.
using Connector = std::function<std::unique_ptr<Link>(async::EventLoop&)>;

Connector connector_by(Route route, Reach reach);

} // namespace slipway::client
