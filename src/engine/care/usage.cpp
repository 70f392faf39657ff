// SPDX-License-Identifier: LGPL-2.1-or-later
// Usage: trees listed, measured by a worker, and summed up.
#include "engine/care/caretaker.hpp"

#include <map>
#include <set>

namespace slipway::engine {

namespace {

// Trees by a key, to be measured once each.
class Trees {
  public:
    void add(const std::string& key, std::filesystem::path path)
    {
        if (index_.try_emplace(key, paths_.size()).second)
            paths_.push_back(std::move(path));
    }
    const std::vector<std::filesystem::path>& paths() const noexcept { return paths_; }
    void measured(std::vector<std::uint64_t> sizes) { sizes_ = std::move(sizes); }
    // Nothing for what was not measured.
    std::uint64_t size(const std::string& key) const
    {
        const auto found = index_.find(key);
        return found == index_.end() ? 0 : sizes_.at(found->second);
    }

  private:
    std::map<std::string, std::size_t> index_;
    std::vector<std::filesystem::path> paths_;
    std::vector<std::uint64_t> sizes_;
};

// Keys of what an image consists of, each once.
std::set<std::string> parts_of(const store::ImageRow& image)
{
    std::set<std::string> parts{"blob " + image.id.hex(), "blob " + image.manifest.hex()};
    for (const store::LayerRow& layer : image.layers)
        parts.insert("layer " + layer.chain_id.hex());
    return parts;
}

void sum_up_images(DiskUsage& usage, const std::vector<store::ImageRow>& images,
                   const std::map<std::string, std::size_t>& containers, const Trees& trees)
{
    std::map<std::string, std::size_t> holders;
    std::set<std::string> used;
    for (const store::ImageRow& image : images)
        for (const std::string& part : parts_of(image)) {
            ++holders[part];
            if (containers.contains(image.id.hex()))
                used.insert(part);
        }
    for (const auto& [part, count] : holders) {
        usage.of_images.size += trees.size(part);
        usage.of_images.reclaimable += used.contains(part) ? 0 : trees.size(part);
    }
    for (const store::ImageRow& image : images) {
        ImageUsage& one = usage.images.emplace_back();
        one.id = image.id.hex();
        if (const auto found = containers.find(one.id); found != containers.end())
            one.containers = found->second;
        for (const std::string& part : parts_of(image)) {
            one.size += trees.size(part);
            one.unique += holders[part] == 1 ? trees.size(part) : 0;
        }
    }
}

} // namespace

async::Task<DiskUsage> Caretaker::usage()
{
    const auto turn = co_await measuring_.take();
    store::Store& store = *workshop_->store;
    Trees trees;
    const std::vector<store::ImageRow> images = store.images().list();
    for (const store::ImageRow& image : images) {
        for (const Digest& blob : {image.id, image.manifest})
            trees.add("blob " + blob.hex(), store.blobs().path(blob));
        for (const store::LayerRow& layer : image.layers)
            trees.add("layer " + layer.chain_id.hex(), store.layers().path(layer.chain_id));
    }
    // Of indexes that are kept whole; some are images' own.
    std::set<std::string> of_indexes;
    for (const Digest& index : store.indexes().list())
        for (const Digest& blob : store.indexes().blobs_of(index)) {
            trees.add("blob " + blob.hex(), store.blobs().path(blob));
            of_indexes.insert("blob " + blob.hex());
        }
    const std::vector<ContainerRef> containers = lifecycle_->catalog().all();
    for (const ContainerRef& container : containers)
        trees.add("container " + container->id(), store.container_directories().at(container->id()).path);
    const std::vector<store::VolumeRow> volumes = store.volumes().list();
    for (const store::VolumeRow& volume : volumes)
        trees.add("volume " + volume.name, store.volume_directories().data(volume.name).parent_path());
    std::set<std::string> downloads;
    for (const auto& [chain_id, size] : workshop_->spare_layers) {
        trees.add("layer " + chain_id, store.layers().path(Digest::of_hex(chain_id)));
        downloads.insert(chain_id);
    }
    for (const store::PartialLayer& partial : store.partial_layers()) {
        trees.add("partial " + partial.chain_id.hex(), store.partial_layer(partial.chain_id));
        downloads.insert(partial.chain_id.hex());
    }

    async::Task<std::vector<std::uint64_t>> measuring = measure(trees.paths());
    trees.measured(co_await measuring);

    DiskUsage usage;
    std::map<std::string, std::size_t> made_from;
    for (const ContainerRef& container : containers) {
        ++made_from[container->row.image_id];
        const std::uint64_t size = trees.size("container " + container->id());
        usage.containers.push_back({container->name(), size});
        usage.of_containers.size += size;
        usage.of_containers.reclaimable += container->is_at_rest() ? size : 0;
    }
    sum_up_images(usage, images, made_from, trees);
    for (const store::ImageRow& image : images)
        for (const std::string& part : parts_of(image))
            of_indexes.erase(part);
    for (const std::string& part : of_indexes)
        usage.of_images.size += trees.size(part);
    for (const store::VolumeRow& volume : volumes) {
        const std::uint64_t size = trees.size("volume " + volume.name);
        usage.volumes.push_back({volume.name, size});
        usage.of_volumes.size += size;
        usage.of_volumes.reclaimable += volumes_->users(volume.name).empty() ? size : 0;
    }
    for (const std::string& chain_id : downloads) {
        DownloadUsage& one = usage.downloads.emplace_back();
        one.chain_id = chain_id;
        one.is_in_use = workshop_->is_claimed(Digest::of_hex(chain_id));
        one.size = trees.size("layer " + chain_id) + trees.size("partial " + chain_id);
        usage.of_downloads.size += one.size;
        usage.of_downloads.reclaimable += one.is_in_use ? 0 : one.size;
    }
    co_return usage;
}

} // namespace slipway::engine
