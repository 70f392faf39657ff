// SPDX-License-Identifier: LGPL-2.1-or-later
// Workshop: layers claimed, kept and thrown away, images added, named and removed.
#include "engine/image/workshop.hpp"

#include <algorithm>
#include <utility>

namespace slipway::engine {

namespace {

// For as long as it lives nobody takes the blobs for strays.
class BlobPromise {
  public:
    BlobPromise(std::map<std::string, unsigned>& promised, const store::ImageRow& image)
        : promised_{&promised}, blobs_{image.id.hex(), image.manifest.hex()}
    {
        for (const std::string& blob : blobs_)
            ++(*promised_)[blob];
    }
    BlobPromise(const BlobPromise&) = delete;
    BlobPromise& operator=(const BlobPromise&) = delete;
    BlobPromise(BlobPromise&&) = delete;
    BlobPromise& operator=(BlobPromise&&) = delete;
    ~BlobPromise()
    {
        for (const std::string& blob : blobs_)
            if (const auto found = promised_->find(blob); --found->second == 0)
                promised_->erase(found);
    }

  private:
    std::map<std::string, unsigned>* promised_;
    std::vector<std::string> blobs_;
};

async::Task<> remove_trees(async::Workers& workers, std::function<void()> removal)
{
    co_await workers.run(std::move(removal));
}

} // namespace

bool Workshop::is_claimed(const Digest& chain_id) const
{
    const auto found = claimed.find(chain_id.hex());
    return found != claimed.end() && !found->second.expired();
}

std::optional<std::uint64_t> Workshop::size_of(const Digest& chain_id) const
{
    if (!store->layers().has(chain_id))
        return std::nullopt;
    if (const auto spare = spare_layers.find(chain_id.hex()); spare != spare_layers.end())
        return spare->second;
    return store->images().find_layer_size(chain_id);
}

void Workshop::discard(std::vector<store::Trash> trash) const
{
    if (!trash.empty())
        tasks->spawn(remove_trees(*workers, own_ids->removal(std::move(trash))));
}

std::vector<store::Trash> Workshop::take_spare(const Digest& chain_id)
{
    std::vector<store::Trash> trash;
    if (is_claimed(chain_id))
        return trash;
    if (spare_layers.erase(chain_id.hex()) != 0)
        if (std::optional<store::Trash> layer = store->layers().take(chain_id))
            trash.push_back(*std::move(layer));
    if (std::optional<store::Trash> partial = store->scratch().take(store->partial_layer(chain_id)))
        trash.push_back(*std::move(partial));
    return trash;
}

void Workshop::drop_spare_blob(const Digest& blob)
{
    if (spare_blobs.erase(blob.hex()) == 0 || store->indexes().needs(blob) || store->images().needs(blob))
        return;
    store->blobs().remove(blob);
}

std::vector<store::Trash> Workshop::take_spares()
{
    std::vector<Digest> layers;
    layers.reserve(spare_layers.size());
    for (const auto& [hex, size] : spare_layers)
        layers.push_back(Digest::of_hex(hex));
    for (const store::PartialLayer& partial : store->partial_layers())
        layers.push_back(partial.chain_id);
    std::vector<store::Trash> trash;
    const std::set<std::string> blobs = std::exchange(spare_blobs, {});
    for (const std::string& hex : blobs) {
        const Digest blob = Digest::of_hex(hex);
        if (store->indexes().needs(blob) || store->images().needs(blob))
            continue;
        if (std::optional<store::Trash> taken = store->scratch().take(store->blobs().path(blob)))
            trash.push_back(*std::move(taken));
    }
    for (const Digest& layer : layers)
        for (store::Trash& tree : take_spare(layer))
            trash.push_back(std::move(tree));
    return trash;
}

async::Task<> Workshop::add(store::ImageRow image, std::string config, std::string manifest,
                            std::optional<KeptIndex> index)
{
    const BlobPromise promise{promised_blobs, image};
    // Again where somebody has removed this very image meanwhile, and its blobs with it.
    do {
        std::function<void()> storing = [layers = store->layers(), blobs = store->blobs(), config, manifest] {
            blobs.put(config);
            blobs.put(manifest);
            layers.sync();
        };
        co_await workers->run(std::move(storing));
    } while (!store->blobs().has(image.id) || !store->blobs().has(image.manifest));
    const bool is_new = !store->images().find(image.id.text());
    store->add_image(image, {});
    if (index)
        for (const std::string& name : image.names)
            keep_index(name, *index);
    store->drop_unnamed_indexes();
    for (const store::LayerRow& layer : image.layers)
        spare_layers.erase(layer.chain_id.hex());
    if (is_new)
        observer->image_added(image.id.hex());
    else
        observer->image_changed(image.id.hex());
    const std::filesystem::path database = store->database_file();
    std::function<void()> settling = [database] { store::checkpoint(database); };
    co_await workers->run(std::move(settling));
}

void Workshop::keep_index(const std::string& name, const KeptIndex& index)
{
    store->indexes().keep(name, index.digest, index.blobs);
    for (const Digest& blob : index.blobs)
        spare_blobs.erase(blob.hex());
}

void Workshop::set_name(const std::string& name, const Digest& image, const std::optional<KeptIndex>& index)
{
    const std::optional<store::ImageRow> loser = store->images().find(name);
    store->images().set_name(name, image);
    if (index)
        keep_index(name, *index);
    store->drop_unnamed_indexes();
    observer->image_changed(image.hex());
    if (loser && loser->id != image)
        observer->image_changed(loser->id.hex());
}

std::vector<store::Trash> Workshop::remove(const store::ImageRow& image)
{
    std::vector<store::Trash> trash =
        store->remove_image(image.id, [this](const Digest& layer) { return is_claimed(layer); });
    for (const store::LayerRow& layer : image.layers)
        if (is_claimed(layer.chain_id) && !store->images().find_layer_size(layer.chain_id))
            spare_layers.insert_or_assign(layer.chain_id.hex(), layer.size);
    observer->image_removed(image.id.hex());
    return trash;
}

LayerClaim::LayerClaim(Workshop& workshop, const Digest& chain_id)
{
    std::erase_if(workshop.claimed, [](const auto& claim) { return claim.second.expired(); });
    std::weak_ptr<async::Turnstile>& known = workshop.claimed[chain_id.hex()];
    turnstile_ = known.lock();
    if (!turnstile_) {
        turnstile_ = std::make_shared<async::Turnstile>();
        known = turnstile_;
    }
}

Draft::Draft(Workshop& workshop) : workshop_{&workshop}, draft_{workshop.store->layers().make_draft()}
{
}

Draft::~Draft()
{
    if (!is_kept_)
        workshop_->discard({draft_.path()});
}

void Draft::keep(const Digest& chain_id, const Unpacked& unpacked)
{
    if (unpacked.is_opaque)
        draft_.mark_opaque();
    const bool is_known = workshop_->store->images().find_layer_size(chain_id).has_value();
    if (const std::optional<store::Trash> twice = workshop_->store->layers().adopt(draft_, chain_id))
        workshop_->discard({*twice});
    else if (!is_known)
        workshop_->spare_layers.insert_or_assign(chain_id.hex(), unpacked.size);
    is_kept_ = true;
}

void Draft::replace(const Digest& chain_id, const Unpacked& unpacked)
{
    if (unpacked.is_opaque)
        draft_.mark_opaque();
    if (const std::optional<store::Trash> former = workshop_->store->layers().replace(draft_, chain_id))
        workshop_->discard({*former});
    is_kept_ = true;
}

} // namespace slipway::engine
