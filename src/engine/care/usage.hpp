// SPDX-License-Identifier: LGPL-2.1-or-later
// What images, containers, volumes and downloads take of the disk, in bytes of blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace slipway::engine {

struct ImageUsage {
    std::string id;
    std::uint64_t size = 0;   // of its layers and texts, each once
    std::uint64_t unique = 0; // of those that no other image has
    std::size_t containers = 0;
};

struct ContainerUsage {
    std::string name;
    std::uint64_t size = 0; // of what it wrote to its root
};

struct VolumeUsage {
    std::string name;
    std::uint64_t size = 0;
};

// What a pull has of a layer that no image has yet.
struct DownloadUsage {
    std::string chain_id; // 64 digits
    std::uint64_t size = 0;
    bool is_in_use = false; // a pull is at it
};

// Of one kind: each file once, and what of it a prune gives back.
struct UsageTotal {
    std::uint64_t size = 0;
    std::uint64_t reclaimable = 0;
};

struct DiskUsage {
    std::vector<ImageUsage> images;
    std::vector<ContainerUsage> containers;
    std::vector<VolumeUsage> volumes;
    std::vector<DownloadUsage> downloads;
    UsageTotal of_images;
    UsageTotal of_containers;
    UsageTotal of_volumes;
    UsageTotal of_downloads;
};

} // namespace slipway::engine
