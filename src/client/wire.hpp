// SPDX-License-Identifier: LGPL-2.1-or-later
// Wire: the proxy of one wire object (dbus/org.slipway.Engine1.Wire.xml), and what is known of it.
#pragma once

#include "base/fd.hpp"
#include "client/engine.hpp"
#include "client/properties.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace slipway::client {

inline constexpr const char* wire_interface = "org.slipway.Engine1.Wire";

struct WireInfo {
    std::string path;
    std::string id;
    std::string container;
    std::string target;
    std::uint16_t target_port = 0;
    std::string name;
    std::string address;
    std::uint16_t port = 0;
    std::string unix_path;
    bool has_environment = false;
    std::uint64_t connections = 0;
    std::uint64_t open_connections = 0;
    std::uint64_t refused_connections = 0;
    std::uint64_t bytes_to_target = 0;
    std::uint64_t bytes_from_target = 0;
    std::uint64_t target_starts = 0;
    std::uint64_t last_start_usec = 0;
};

// Reads an a{sv} of wire properties.
WireInfo read_wire(std::string path, bus::Message& properties);

// The way to the target (Wire.Reach).
struct WireReach {
    std::vector<Fd> sockets;
    std::string address;
    std::uint16_t port = 0;
    Fd counters;
    bool has_started = false;
};

class Wire {
  public:
    Wire(Engine& engine, std::string path) : engine_{&engine}, path_{std::move(path)} {}

    async::Task<> remove();
    async::Task<WireReach> reach(std::uint32_t count);
    async::Task<WireInfo> read();

  private:
    Method method(const char* member) const { return {path_, wire_interface, member}; }

    Engine* engine_;
    std::string path_;
};

} // namespace slipway::client
