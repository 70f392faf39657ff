// SPDX-License-Identifier: LGPL-2.1-or-later
// Workshop: drafts kept and thrown away, images added.
#include "engine/image/workshop.hpp"

#include "store/remove_tree.hpp"

namespace slipway::engine {

namespace {

async::Task<> remove_trees(async::Workers& workers, std::vector<store::Trash> trash)
{
    std::function<void()> work = [trash = std::move(trash)] {
        for (const store::Trash& tree : trash)
            store::remove_tree(tree);
    };
    co_await workers.run(std::move(work));
}

} // namespace

void Workshop::discard(std::vector<store::Trash> trash) const
{
    if (!trash.empty())
        tasks->spawn(remove_trees(*workers, std::move(trash)));
}

std::optional<std::uint64_t> Workshop::size_of(const Digest& chain_id) const
{
    if (!store->layers().has(chain_id))
        return std::nullopt;
    if (const auto spare = spare_layers.find(chain_id.hex()); spare != spare_layers.end())
        return spare->second;
    return store->images().find_layer_size(chain_id);
}

async::Task<> Workshop::add(store::ImageRow image)
{
    discard(store->add_image(image, {}));
    for (const store::LayerRow& layer : image.layers)
        spare_layers.erase(layer.chain_id.hex());
    const std::filesystem::path database = store->database_file();
    std::function<void()> settling = [database, layers = store->layers()] {
        layers.sync();
        store::checkpoint(database);
    };
    co_await workers->run(std::move(settling));
    observer->image_added(image.id.hex());
}

Draft::~Draft()
{
    if (!is_kept_)
        workshop_->discard({draft_->path()});
}

async::Task<> Draft::keep(Digest chain_id)
{
    std::function<void()> syncing = [draft = draft_] { draft->sync(); };
    co_await workshop_->workers->run(std::move(syncing));
    is_kept_ = true;
    if (const std::optional<store::Trash> twice = workshop_->store->layers().adopt(*draft_, chain_id))
        workshop_->discard({*twice});
}

} // namespace slipway::engine
