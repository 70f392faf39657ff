// SPDX-License-Identifier: LGPL-2.1-or-later
// VolumeSettings: what a caller wishes of a volume; kept with it as JSON.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway::engine {

// Throws Failure{invalid_name}.
void check_volume_name(std::string_view name);

struct VolumeSettings {
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string>
        options;               // "type", "device", "o", "size", as docker's local driver has them
    std::uint32_t project = 0; // of its quota; 0: none

    bool operator==(const VolumeSettings&) const = default;
};

std::string to_json(const VolumeSettings& settings);
VolumeSettings parse_volume_settings(std::string_view json);

// Where a volume with a device of its own comes from.
struct VolumeSource {
    std::string type;                 // a file system's, or "bind"
    std::string device;               // a path, "UUID=…", "LABEL=…", "server:/export"
    std::vector<std::string> options; // of the mount alone: "nosuid"
    std::vector<std::pair<std::string, std::string>> parameters; // of the file system
    bool is_loop = false;
};

// Nothing for a plain directory of the store. Throws Failure{invalid_argument, not_supported,
// unknown_option}.
std::optional<VolumeSource> find_source(const std::map<std::string, std::string>& options);
// Bytes; 0: no limit. Throws Failure{invalid_argument}.
std::uint64_t size_limit(const std::map<std::string, std::string>& options);

// The device as a path, the server as an address. Asks udev and the resolver: for a worker. Throws
// Failure{invalid_mount}.
void resolve(VolumeSource& source);

} // namespace slipway::engine
