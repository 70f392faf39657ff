// SPDX-License-Identifier: LGPL-2.1-or-later
// DiskUsage: five arrays.
#include "client/disk_usage.hpp"

#include <string_view>

namespace slipway::client {

namespace {

std::vector<ObjectUsage> read_objects(bus::Message& reply)
{
    std::vector<ObjectUsage> objects;
    reply.enter('a', "(ot)");
    const char* path = nullptr;
    std::uint64_t size = 0;
    while (reply.read("(ot)", &path, &size))
        objects.push_back({path, size});
    reply.exit();
    return objects;
}

void read_totals(bus::Message& reply, DiskUsage& usage)
{
    reply.enter('a', "(stt)");
    const char* kind = nullptr;
    UsageTotal total;
    while (reply.read("(stt)", &kind, &total.size, &total.reclaimable)) {
        const std::string_view name{kind};
        if (name == "images")
            usage.of_images = total;
        else if (name == "containers")
            usage.of_containers = total;
        else if (name == "volumes")
            usage.of_volumes = total;
        else if (name == "downloads")
            usage.of_downloads = total;
    }
    reply.exit();
}

} // namespace

DiskUsage read_disk_usage(bus::Message& reply)
{
    DiskUsage usage;
    reply.enter('a', "(ottu)");
    const char* path = nullptr;
    ImageUsage image;
    while (reply.read("(ottu)", &path, &image.size, &image.unique, &image.containers)) {
        image.path = path;
        usage.images.push_back(image);
    }
    reply.exit();
    usage.containers = read_objects(reply);
    usage.volumes = read_objects(reply);
    reply.enter('a', "(stb)");
    const char* chain_id = nullptr;
    std::uint64_t size = 0;
    int is_in_use = 0;
    while (reply.read("(stb)", &chain_id, &size, &is_in_use))
        usage.downloads.push_back({chain_id, size, is_in_use != 0});
    reply.exit();
    read_totals(reply, usage);
    return usage;
}

} // namespace slipway::client
