// SPDX-License-Identifier: LGPL-2.1-or-later
// VolumeInterface: org.slipway.Engine1.Volume, one object serving all volumes by their paths.
#pragma once

#include "api/context.hpp"
#include "bus/served.hpp"

namespace slipway::api {

class VolumeInterface : public bus::Served {
  public:
    explicit VolumeInterface(Context& context) : Served{context.tasks}, context_{&context} {}

    async::Task<bus::Message> remove(bus::Call call);
    async::Task<bus::Message> export_content(bus::Call call);
    async::Task<bus::Message> describe(bus::Call call);

    void name(const std::string& path, bus::Message& reply);
    void mountpoint(const std::string& path, bus::Message& reply);
    void anonymous(const std::string& path, bus::Message& reply);
    void labels(const std::string& path, bus::Message& reply);
    void created(const std::string& path, bus::Message& reply);
    void users(const std::string& path, bus::Message& reply);

    bool has(const std::string& path) const;
    static const sd_bus_vtable* vtable();

  private:
    store::VolumeRow at(const std::string& path) const;

    Context* context_;
};

} // namespace slipway::api
