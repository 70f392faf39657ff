// SPDX-License-Identifier: LGPL-2.1-or-later
// NetworkInterface: org.slipway.Engine1.Network, one object serving all networks by their paths.
#pragma once

#include "api/context.hpp"
#include "bus/served.hpp"

namespace slipway::api {

class NetworkInterface : public bus::Served {
  public:
    explicit NetworkInterface(Context& context) : Served{context.tasks}, context_{&context} {}

    async::Task<bus::Message> remove(bus::Call call);
    async::Task<bus::Message> connect(bus::Call call);
    async::Task<bus::Message> disconnect(bus::Call call);
    async::Task<bus::Message> describe(bus::Call call);
    async::Task<bus::Message> add_record(bus::Call call);
    async::Task<bus::Message> remove_record(bus::Call call);
    async::Task<bus::Message> records(bus::Call call);

    void name(const std::string& path, bus::Message& reply);
    void driver(const std::string& path, bus::Message& reply);
    void interface(const std::string& path, bus::Message& reply);
    void subnets(const std::string& path, bus::Message& reply);
    void internal(const std::string& path, bus::Message& reply);
    void labels(const std::string& path, bus::Message& reply);
    void created(const std::string& path, bus::Message& reply);
    void users(const std::string& path, bus::Message& reply);

    bool has(const std::string& path) const;
    static const sd_bus_vtable* vtable();

  private:
    engine::NetworkSettings settings(const std::string& path) const;

    Context* context_;
};

} // namespace slipway::api
