// SPDX-License-Identifier: LGPL-2.1-or-later
// Volume: the proxy of one volume object (dbus/org.slipway.Engine1.Volume.xml), and what is known of it.
#pragma once

#include "client/engine.hpp"
#include "client/properties.hpp"

#include <map>
#include <string>
#include <vector>

namespace slipway::client {

inline constexpr const char* volume_interface = "org.slipway.Engine1.Volume";

struct VolumeInfo {
    std::string path;
    std::string name;
    std::string mountpoint;
    bool is_anonymous = false;
    std::map<std::string, std::string> labels;
    // Microseconds since the epoch.
    std::uint64_t created_usec = 0;
    std::vector<std::string> users;
};

// Reads an a{sv} of volume properties.
VolumeInfo read_volume(std::string path, bus::Message& properties);

class Volume {
  public:
    Volume(Engine& engine, std::string path) : engine_{&engine}, path_{std::move(path)} {}

    async::Task<> remove();
    // The path of the job (client/job.hpp).
    async::Task<std::string> export_content(int archive);
    async::Task<std::string> describe();
    async::Task<VolumeInfo> read();

  private:
    Method method(const char* member) const { return {path_, volume_interface, member}; }

    Engine* engine_;
    std::string path_;
};

} // namespace slipway::client
