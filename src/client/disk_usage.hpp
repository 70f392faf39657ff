// SPDX-License-Identifier: LGPL-2.1-or-later
// What everything takes of the disk (Manager.GetDiskUsage), in bytes.
#pragma once

#include "bus/message.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace slipway::client {

struct ImageUsage {
    std::string path; // of the object
    std::uint64_t size = 0;
    std::uint64_t unique = 0; // of what no other image has
    std::uint32_t containers = 0;
};

struct ObjectUsage {
    std::string path;
    std::uint64_t size = 0;
};

// What a pull has of a layer.
struct DownloadUsage {
    std::string chain_id; // 64 digits
    std::uint64_t size = 0;
    bool is_in_use = false;
};

struct UsageTotal {
    std::uint64_t size = 0;
    std::uint64_t reclaimable = 0;
};

struct DiskUsage {
    std::vector<ImageUsage> images;
    std::vector<ObjectUsage> containers;
    std::vector<ObjectUsage> volumes;
    std::vector<DownloadUsage> downloads;
    UsageTotal of_images;
    UsageTotal of_containers;
    UsageTotal of_volumes;
    UsageTotal of_downloads;
};

// The method's reply. Throws Failure{invalid_argument} for one of another shape.
DiskUsage read_disk_usage(bus::Message& reply);

} // namespace slipway::client
