// SPDX-License-Identifier: LGPL-2.1-or-later
// Workshop: what every deed on images works with.
#pragma once

#include "async/turn.hpp"
#include "async/worker.hpp"
#include "engine/job/job.hpp"
#include "engine/transfer/unpack.hpp"
#include "store/store.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

struct Workshop {
    async::EventLoop* loop;
    async::TaskScope* tasks;
    async::Workers* workers;
    store::Store* store;
    Jobs* jobs;
    Observer* observer;
    std::filesystem::path programs;
    std::filesystem::path run_directory;
    Unpacker unpacker;

    // One at a time makes a layer, however many want it; by chain ID.
    std::map<std::string, std::shared_ptr<async::Turnstile>> making{};
    // Bytes of the tars of layers that are in the store and have no row yet, so that the next pull need not
    // fetch them again; an engine that starts sweeps them away. By chain ID.
    std::map<std::string, std::uint64_t> spare_layers{};

    // Bytes of the tar of a layer that the store has; nothing for one that it has not.
    std::optional<std::uint64_t> size_of(const Digest& chain_id) const;
    // Unlinked by a worker.
    void discard(std::vector<store::Trash> trash) const;
    // Until the image survives a loss of power; blobs and layers are in their places.
    async::Task<> add(store::ImageRow image);
};

// A layer in the making, thrown away unless it is kept.
class Draft {
  public:
    explicit Draft(const Workshop& workshop)
        : workshop_{&workshop}, draft_{std::make_shared<store::LayerDraft>(
                                    workshop.store->layers().make_draft())}
    {
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    Draft(Draft&&) = delete;
    Draft& operator=(Draft&&) = delete;
    ~Draft();

    const store::LayerDraft& layer() const noexcept { return *draft_; }
    // Synced and put in its place.
    async::Task<> keep(Digest chain_id);

  private:
    const Workshop* workshop_;
    std::shared_ptr<store::LayerDraft> draft_; // a worker may have it longer
    bool is_kept_ = false;
};

} // namespace slipway::engine
