// SPDX-License-Identifier: LGPL-2.1-or-later
// Roots: how the containers of this engine come by their root file systems (docs/storage.md).
#pragma once

#include "async/worker.hpp"
#include "engine/container/container.hpp"
#include "engine/own_ids.hpp"
#include "store/snapshot/choice.hpp"
#include "store/store.hpp"

#include <functional>
#include <optional>
#include <string>

namespace slipway::engine {

class Roots {
  public:
    using Discard = std::function<void(std::vector<store::Trash>)>;

    // All but WISH, the driver that an administrator wants, outlives it. DISCARD: takes what is to be
    // removed.
    Roots(async::Workers& workers, store::Store& store, OwnIds& own_ids, std::string wish, Discard discard)
        : workers_{&workers}, store_{&store}, own_ids_{&own_ids}, wish_{std::move(wish)}, discard_{std::move(
                                                                                              discard)}
    {
    }

    // Looked for once.
    const store::DriverChoice& choice();

    // The root that it has been given already, if that is a whole one.
    std::optional<store::WholeRoot> find_whole(const ContainerRef& container) const;
    // Before a start: CONTAINER's whole root, if it has one or is to have one, which then is built. Throws
    // Failure{not_supported, io_error, no_space}.
    async::Task<std::optional<store::WholeRoot>> prepare(ContainerRef container);
    // A whole root's changes become the container's upper directory, as an overlay would have kept them
    // there: for those who are about to read that. Throws Failure.
    async::Task<> write_down_changes(ContainerRef container);

  private:
    async::Workers* workers_;
    store::Store* store_;
    OwnIds* own_ids_;
    std::string wish_;
    Discard discard_;
    std::optional<store::DriverChoice> choice_;
};

} // namespace slipway::engine
