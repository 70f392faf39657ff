// SPDX-License-Identifier: LGPL-2.1-or-later
// WireInterface: org.slipway.Engine1.Wire, one object serving all wires by their paths.
#pragma once

#include "api/context.hpp"
#include "bus/served.hpp"

namespace slipway::api {

class WireInterface : public bus::Served {
  public:
    explicit WireInterface(Context& context) : Served{context.tasks}, context_{&context} {}

    async::Task<bus::Message> remove(bus::Call call);
    async::Task<bus::Message> reach(bus::Call call);

    void id(const std::string& path, bus::Message& reply);
    void container(const std::string& path, bus::Message& reply);
    void target(const std::string& path, bus::Message& reply);
    void target_port(const std::string& path, bus::Message& reply);
    void name(const std::string& path, bus::Message& reply);
    void address(const std::string& path, bus::Message& reply);
    void port(const std::string& path, bus::Message& reply);
    void unix_path(const std::string& path, bus::Message& reply);
    void environment(const std::string& path, bus::Message& reply);
    void connections(const std::string& path, bus::Message& reply);
    void open_connections(const std::string& path, bus::Message& reply);
    void refused_connections(const std::string& path, bus::Message& reply);
    void bytes_to_target(const std::string& path, bus::Message& reply);
    void bytes_from_target(const std::string& path, bus::Message& reply);
    void target_starts(const std::string& path, bus::Message& reply);
    void last_start(const std::string& path, bus::Message& reply);

    bool has(const std::string& path) const;
    static const sd_bus_vtable* vtable();

  private:
    engine::OwnedWire at(const std::string& path) const;
    wires::Counts counts(const std::string& path) const;

    Context* context_;
};

// Reads the variant of an a(sqa{sv}) of wires. Throws Failure{unknown_option, invalid_argument}.
void read_wires(bus::Message& value, std::vector<engine::WireWish>& wires);
// Reads the a{sv} of one. Throws the same.
void read_wire_options(bus::Message& message, engine::WireWish& wish);

} // namespace slipway::api
