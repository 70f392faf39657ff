// SPDX-License-Identifier: LGPL-2.1-or-later
// Workshop: what every deed on images works with.
#pragma once

#include "async/turn.hpp"
#include "async/worker.hpp"
#include "engine/job/job.hpp"
#include "engine/own_ids.hpp"
#include "engine/transfer/transfers.hpp"
#include "store/store.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace slipway::engine {

// An index that is kept whole.
struct KeptIndex {
    Digest digest;
    std::vector<Digest> blobs; // all of it; empty for one that is known
};

struct Workshop {
    async::EventLoop* loop;
    async::TaskScope* tasks;
    async::Workers* workers;
    store::Store* store;
    Jobs* jobs;
    Observer* observer;
    OwnIds* own_ids;
    std::filesystem::path programs;
    std::filesystem::path run_directory;
    Transfers transfers;

    // Layers that deeds under way have a claim on, by chain ID: each with the turnstile of those who would
    // make it.
    std::map<std::string, std::weak_ptr<async::Turnstile>> claimed{};
    // Bytes of the tars of layers that are in the store and have no row, so that the next pull need not fetch
    // them again; an engine that starts sweeps them away. By chain ID.
    std::map<std::string, std::uint64_t> spare_layers{};

    // Blobs of indexes that are in the store and have no row, in the same way.
    std::set<std::string> spare_blobs{};
    // Digests of blobs that are in the store and whose row is about to come, and how often.
    std::map<std::string, unsigned> promised_blobs{};

    bool is_claimed(const Digest& chain_id) const;
    bool is_promised(const std::string& blob) const { return promised_blobs.contains(blob); }
    // Bytes of the tar of a layer that the store has; nothing for one that it has not.
    std::optional<std::uint64_t> size_of(const Digest& chain_id) const;
    // Unlinked by a worker.
    void discard(std::vector<store::Trash> trash) const;
    // A layer that has no row and that nobody claims goes, and what a pull had of it.
    void drop_spare(const Digest& chain_id) { discard(take_spare(chain_id)); }
    // A blob without a row goes.
    void drop_spare_blob(const Digest& blob);
    // All of those, and all that broken pulls left: to be discarded.
    std::vector<store::Trash> take_spares();

    std::vector<store::Trash> take_spare(const Digest& chain_id);

    // IMAGE of these two texts, whose layers are in their places and claimed; returns when it survives a loss
    // of power. Its names mean INDEX too, if there is one.
    async::Task<> add(store::ImageRow image, std::string config, std::string manifest,
                      std::optional<KeptIndex> index = {});
    // One more name for an image that is here.
    void set_name(const std::string& name, const Digest& image, const std::optional<KeptIndex>& index = {});
    void keep_index(const std::string& name, const KeptIndex& index);
    // What is to be discarded; layers that a deed under way claims become spare ones.
    std::vector<store::Trash> remove(const store::ImageRow& image);
};

// For as long as it lives the layer stays in the store, and one at a time makes it.
class LayerClaim {
  public:
    LayerClaim(Workshop& workshop, const Digest& chain_id);

    async::Turnstile& turnstile() const noexcept { return *turnstile_; }

  private:
    std::shared_ptr<async::Turnstile> turnstile_;
};

// A layer in the making, thrown away unless it is kept.
class Draft {
  public:
    explicit Draft(Workshop& workshop);
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    Draft(Draft&&) = delete;
    Draft& operator=(Draft&&) = delete;
    ~Draft();

    const store::LayerDraft& layer() const noexcept { return draft_; }
    // Put in its place as a spare layer. Not on the disk yet: Workshop::add() sees to that.
    void keep(const Digest& chain_id, const Unpacked& unpacked);
    // Put in place of a damaged layer that nobody uses. It is on the disk already.
    void replace(const Digest& chain_id, const Unpacked& unpacked);

  private:
    Workshop* workshop_;
    store::LayerDraft draft_;
    bool is_kept_ = false;
};

} // namespace slipway::engine
