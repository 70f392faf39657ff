// SPDX-License-Identifier: LGPL-2.1-or-later
// Image: the proxy of one image object (dbus/org.slipway.Engine1.Image.xml), and what is known of it.
#pragma once

#include "client/engine.hpp"
#include "client/properties.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::client {

inline constexpr const char* image_interface = "org.slipway.Engine1.Image";

struct ImageInfo {
    std::string path;
    std::string id;
    std::vector<std::string> names;
    // Bytes of the unpacked layers.
    std::uint64_t size = 0;
    // Microseconds since the epoch.
    std::uint64_t created_usec = 0;
};

// One step of how an image came to be.
struct HistoryStep {
    std::string created; // RFC 3339, may be empty
    std::string created_by;
    std::string comment;
    std::uint64_t size = 0; // bytes of its layer's tar
};

// Reads an a{sv} of image properties.
ImageInfo read_image(std::string path, bus::Message& properties);

class Image {
  public:
    Image(Engine& engine, std::string path) : engine_{&engine}, path_{std::move(path)} {}
    const std::string& path() const noexcept { return path_; }

    // NAME: only that name; the image goes with its last one. Without it: all.
    async::Task<> remove(std::optional<std::string> name);
    async::Task<> tag(std::string name);
    // The oldest first.
    async::Task<std::vector<HistoryStep>> history();
    async::Task<std::string> describe();
    async::Task<ImageInfo> read();

  private:
    Method method(const char* member) const { return {path_, image_interface, member}; }

    Engine* engine_;
    std::string path_;
};

} // namespace slipway::client
