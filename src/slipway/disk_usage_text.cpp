// SPDX-License-Identifier: LGPL-2.1-or-later
// DiskUsage for people and programs.
#include "slipway/disk_usage_text.hpp"

#include "base/id.hpp"
#include "slipway/container_text.hpp"
#include "slipway/human.hpp"
#include "slipway/table.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace slipway::cli {

namespace {

using UsageJson = nlohmann::ordered_json;

constexpr std::size_t shown_command = 20;

// The object of PATH; none if it is gone.
template <typename Info>
const Info* find_object(const std::vector<Info>& objects, const std::string& path)
{
    const auto found =
        std::find_if(objects.begin(), objects.end(), [&path](const Info& info) { return info.path == path; });
    return found == objects.end() ? nullptr : &*found;
}

std::string reclaimable_text(const client::UsageTotal& total)
{
    if (total.size == 0)
        return human_size(total.reclaimable);
    const auto percent =
        static_cast<unsigned>(100 * static_cast<double>(total.reclaimable) / static_cast<double>(total.size));
    return human_size(total.reclaimable) + " (" + std::to_string(percent) + "%)";
}

// How many of each kind are in use.
struct Active {
    std::size_t images = 0;
    std::size_t containers = 0;
    std::size_t volumes = 0;
    std::size_t downloads = 0;
};

Active active_of(const client::DiskUsage& usage, const client::Inventory& inventory)
{
    Active active;
    for (const client::ImageUsage& image : usage.images)
        active.images += image.containers != 0 ? 1 : 0;
    for (const client::ContainerInfo& container : inventory.containers)
        active.containers += container.is_alive() ? 1 : 0;
    for (const client::VolumeInfo& volume : inventory.volumes)
        active.volumes += volume.users.empty() ? 0 : 1;
    for (const client::DownloadUsage& download : usage.downloads)
        active.downloads += download.is_in_use ? 1 : 0;
    return active;
}

std::string images_text(const client::DiskUsage& usage, const client::Inventory& inventory, RealTime present)
{
    Table table{
        {"REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE", "SHARED SIZE", "UNIQUE SIZE", "CONTAINERS"}};
    for (const client::ImageUsage& image : usage.images) {
        const client::ImageInfo* const info = find_object(inventory.images, image.path);
        if (info == nullptr)
            continue;
        const NameParts name =
            info->names.empty() ? NameParts{"<none>", "<none>"} : split_reference(info->names.front());
        table.add({visible(name.repository), visible(name.tag), short_id(info->id),
                   ago(info->created_usec, present), human_size(image.size),
                   human_size(image.size - image.unique), human_size(image.unique),
                   std::to_string(image.containers)});
    }
    return table.text();
}

std::string containers_text(const client::DiskUsage& usage, const client::Inventory& inventory,
                            RealTime present)
{
    Table table{{"CONTAINER ID", "IMAGE", "COMMAND", "SIZE", "CREATED", "STATUS", "NAMES"}};
    for (const client::ObjectUsage& container : usage.containers)
        if (const client::ContainerInfo* const info = find_object(inventory.containers, container.path))
            table.add({short_id(info->id), visible(info->image_name),
                       quoted_command(info->command, shown_command), human_size(container.size),
                       ago(info->created_usec, present), status_text(*info, present), visible(info->name)});
    return table.text();
}

UsageJson usage_of(std::size_t count, std::size_t active, const client::UsageTotal& total, UsageJson items)
{
    UsageJson object;
    object["Total"] = count;
    object["Active"] = active;
    object["Size"] = total.size;
    object["Reclaimable"] = total.reclaimable;
    object["Items"] = std::move(items);
    return object;
}

} // namespace

std::string summary_text(const client::DiskUsage& usage, const client::Inventory& inventory)
{
    const Active active = active_of(usage, inventory);
    Table table{{"TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE"}};
    const auto add = [&table](const char* kind, std::size_t count, std::size_t in_use,
                              const client::UsageTotal& total) {
        table.add({kind, std::to_string(count), std::to_string(in_use), human_size(total.size),
                   reclaimable_text(total)});
    };
    add("Images", usage.images.size(), active.images, usage.of_images);
    add("Containers", usage.containers.size(), active.containers, usage.of_containers);
    add("Local Volumes", usage.volumes.size(), active.volumes, usage.of_volumes);
    add("Downloads", usage.downloads.size(), active.downloads, usage.of_downloads);
    return table.text();
}

std::string verbose_text(const client::DiskUsage& usage, const client::Inventory& inventory, RealTime present)
{
    Table volumes{{"VOLUME NAME", "LINKS", "SIZE"}};
    for (const client::ObjectUsage& volume : usage.volumes)
        if (const client::VolumeInfo* const info = find_object(inventory.volumes, volume.path))
            volumes.add({info->name, std::to_string(info->users.size()), human_size(volume.size)});
    Table downloads{{"LAYER", "SIZE", "IN USE"}};
    for (const client::DownloadUsage& download : usage.downloads)
        downloads.add(
            {short_id(download.chain_id), human_size(download.size), download.is_in_use ? "yes" : "no"});
    return "Images space usage:\n\n" + images_text(usage, inventory, present) +
           "\nContainers space usage:\n\n" + containers_text(usage, inventory, present) +
           "\nLocal Volumes space usage:\n\n" + volumes.text() + "\nDownloads space usage:\n\n" +
           downloads.text();
}

std::string usage_json(const client::DiskUsage& usage, const client::Inventory& inventory)
{
    const Active active = active_of(usage, inventory);
    UsageJson images = UsageJson::array();
    for (const client::ImageUsage& image : usage.images)
        if (const client::ImageInfo* const info = find_object(inventory.images, image.path))
            images.push_back({{"Id", info->id},
                              {"Names", info->names},
                              {"Size", image.size},
                              {"SharedSize", image.size - image.unique},
                              {"UniqueSize", image.unique},
                              {"Containers", image.containers}});
    UsageJson containers = UsageJson::array();
    for (const client::ObjectUsage& container : usage.containers)
        if (const client::ContainerInfo* const info = find_object(inventory.containers, container.path))
            containers.push_back(
                {{"Id", info->id}, {"Name", info->name}, {"State", info->state}, {"Size", container.size}});
    UsageJson volumes = UsageJson::array();
    for (const client::ObjectUsage& volume : usage.volumes)
        if (const client::VolumeInfo* const info = find_object(inventory.volumes, volume.path))
            volumes.push_back({{"Name", info->name}, {"Users", info->users}, {"Size", volume.size}});
    UsageJson downloads = UsageJson::array();
    for (const client::DownloadUsage& download : usage.downloads)
        downloads.push_back(
            {{"ChainId", download.chain_id}, {"Size", download.size}, {"InUse", download.is_in_use}});
    UsageJson object;
    object["Images"] = usage_of(usage.images.size(), active.images, usage.of_images, std::move(images));
    object["Containers"] =
        usage_of(usage.containers.size(), active.containers, usage.of_containers, std::move(containers));
    object["Volumes"] = usage_of(usage.volumes.size(), active.volumes, usage.of_volumes, std::move(volumes));
    object["Downloads"] =
        usage_of(usage.downloads.size(), active.downloads, usage.of_downloads, std::move(downloads));
    return object.dump(4, ' ', false, UsageJson::error_handler_t::replace) + "\n";
}

} // namespace slipway::cli
