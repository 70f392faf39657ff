// SPDX-License-Identifier: LGPL-2.1-or-later
// ImageInterface: org.slipway.Engine1.Image, one object serving all images by their paths.
#pragma once

#include "api/context.hpp"
#include "bus/served.hpp"

namespace slipway::api {

class ImageInterface : public bus::Served {
  public:
    explicit ImageInterface(Context& context) : Served{context.tasks}, context_{&context} {}

    async::Task<bus::Message> remove(bus::Call call);
    async::Task<bus::Message> tag(bus::Call call);
    async::Task<bus::Message> history(bus::Call call);
    async::Task<bus::Message> describe(bus::Call call);

    void id(const std::string& path, bus::Message& reply);
    void names(const std::string& path, bus::Message& reply);
    void size(const std::string& path, bus::Message& reply);
    void created(const std::string& path, bus::Message& reply);

    bool has(const std::string& path) const;
    static const sd_bus_vtable* vtable();

  private:
    store::ImageRow at(const std::string& path) const;

    Context* context_;
};

} // namespace slipway::api
