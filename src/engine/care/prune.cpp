// SPDX-License-Identifier: LGPL-2.1-or-later
// Prune: containers at rest, images and volumes that nobody has, and what pulls left. What goes is measured
// first, since a file that is gone tells no size.
#include "engine/care/caretaker.hpp"
#include "oci/image_config.hpp"

#include <numeric>

namespace slipway::engine {

async::Task<std::vector<std::uint64_t>> Caretaker::measure(std::vector<std::filesystem::path> trees)
{
    const auto sizes = std::make_shared<std::vector<std::uint64_t>>();
    if (!trees.empty()) {
        std::function<void()> work = [measure = workshop_->own_ids->measurement(std::move(trees)), sizes] {
            *sizes = measure();
        };
        co_await workers_.run(std::move(work));
    }
    co_return std::move(*sizes);
}

async::Task<Pruned> Caretaker::prune_containers(PruneFilter filter)
{
    std::vector<ContainerRef> containers;
    std::vector<std::filesystem::path> trees;
    for (const ContainerRef& container : lifecycle_->catalog().all())
        if (container->is_at_rest() && !container->turns.is_taken() &&
            filter.fits(container->row.created_at, container->spec.labels))
        {
            containers.push_back(container);
            trees.push_back(workshop_->store->container_directories().at(container->id()).path);
        }
    async::Task<std::vector<std::uint64_t>> measuring = measure(std::move(trees));
    const std::vector<std::uint64_t> sizes = co_await measuring;
    Pruned pruned;
    for (std::size_t i = 0; i < containers.size(); ++i) {
        if (lifecycle_->catalog().find(containers[i]->name()) != containers[i])
            continue;
        try {
            async::Task<> removal =
                lifecycle_->remove(containers[i], Lifecycle::Force::no, Lifecycle::OwnVolumes::kept);
            co_await removal;
        } catch (const Failure& failure) {
            if (failure.code() != ErrorCode::container_running) // it was started meanwhile
                throw;
            continue;
        }
        pruned.names.push_back(containers[i]->id());
        pruned.reclaimed += sizes[i];
    }
    co_return pruned;
}

bool Caretaker::is_prunable(const store::ImageRow& image, Prunable what, const PruneFilter& filter) const
{
    store::Store& store = *workshop_->store;
    if ((what == Prunable::nameless && !image.names.empty()) || store.images().is_used(image.id))
        return false;
    std::map<std::string, std::string> labels;
    if (filter.wants_labels()) {
        try {
            labels = oci::parse_image_config(store.blobs().read(image.id)).value().labels;
        } catch (const Failure&) {
            return false; // one that is damaged cannot tell
        }
    }
    return filter.fits(image.created_at, labels);
}

async::Task<Pruned> Caretaker::prune_images(Prunable what, PruneFilter filter)
{
    Pruned pruned;
    std::vector<store::Trash> trash;
    for (const store::ImageRow& image : workshop_->store->images().list())
        if (is_prunable(image, what, filter)) {
            for (store::Trash& tree : workshop_->remove(image))
                trash.push_back(std::move(tree));
            pruned.names.push_back(image.id.hex());
        }
    // They have neither age nor labels.
    if (filter.is_empty())
        for (store::Trash& tree : workshop_->take_spares())
            trash.push_back(std::move(tree));
    std::exception_ptr failure;
    try {
        async::Task<std::vector<std::uint64_t>> measuring = measure(trash);
        const std::vector<std::uint64_t> sizes = co_await measuring;
        pruned.reclaimed = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
    } catch (const Failure&) {
        failure = std::current_exception();
    }
    workshop_->discard(std::move(trash));
    if (failure)
        std::rethrow_exception(failure);
    co_return pruned;
}

async::Task<Pruned> Caretaker::prune_volumes(VolumeKeeper::Prune which, PruneFilter filter)
{
    std::vector<std::string> names;
    std::vector<std::filesystem::path> trees;
    for (const store::VolumeRow& row : workshop_->store->volumes().list())
        if (volumes_->is_prunable(row, which) &&
            filter.fits(row.created_at, parse_volume_settings(row.settings).labels))
        {
            names.push_back(row.name);
            trees.push_back(workshop_->store->volume_directories().data(row.name).parent_path());
        }
    async::Task<std::vector<std::uint64_t>> measuring = measure(std::move(trees));
    const std::vector<std::uint64_t> sizes = co_await measuring;
    Pruned pruned;
    for (std::size_t i = 0; i < names.size(); ++i) {
        // A container may have begun with it, or somebody has removed it.
        const std::optional<store::VolumeRow> row = workshop_->store->volumes().find(names[i]);
        if (!row || !volumes_->is_prunable(*row, which))
            continue;
        volumes_->remove(names[i]);
        pruned.names.push_back(names[i]);
        pruned.reclaimed += sizes[i];
    }
    co_return pruned;
}

} // namespace slipway::engine
