// SPDX-License-Identifier: LGPL-2.1-or-later
// Caretaker: looks after the store as a whole: how much of the disk it takes, and what of it is of no use.
#pragma once

#include "async/turn.hpp"
#include "async/worker.hpp"
#include "engine/care/check.hpp"
#include "engine/care/prune_filter.hpp"
#include "engine/care/usage.hpp"
#include "engine/container/lifecycle.hpp"
#include "engine/image/workshop.hpp"
#include "engine/volume/keeper.hpp"

#include <string>
#include <vector>

namespace slipway::engine {

// Which images that no container uses are to go.
enum class Prunable {
    nameless,
    all,
};

struct Pruned {
    std::vector<std::string> names; // IDs of containers or images, names of volumes
    std::uint64_t reclaimed = 0;    // bytes of blocks; the last of them may come back a moment later
};

class Caretaker {
  public:
    // All that it works with outlives it.
    Caretaker(Workshop& workshop, Lifecycle& lifecycle, VolumeKeeper& volumes)
        : workshop_{&workshop}, lifecycle_{&lifecycle}, volumes_{&volumes}, workers_{*workshop.loop, 1}
    {
    }

    // Measured anew. What comes or goes meanwhile is in it or not. Throws Failure{io_error}.
    async::Task<DiskUsage> usage();

    // Containers at rest.
    async::Task<Pruned> prune_containers(PruneFilter filter);
    // Images that no container uses and, without a filter, what pulls left that did not come to their end.
    async::Task<Pruned> prune_images(Prunable what, PruneFilter filter);
    // Volumes that no container has.
    async::Task<Pruned> prune_volumes(VolumeKeeper::Prune which, PruneFilter filter);

    // Everything is read and held against its digest, its row or its directory (check.hpp). One after the
    // other; the job has what was found.
    JobRef check(CheckRequest request);

  private:
    async::Task<std::string> run_check(JobRef job, CheckRequest request);
    async::Task<std::vector<std::uint64_t>> measure(std::vector<std::filesystem::path> trees);
    bool is_prunable(const store::ImageRow& image, Prunable what, const PruneFilter& filter) const;

    Workshop* workshop_;
    Lifecycle* lifecycle_;
    VolumeKeeper* volumes_;
    // Of its own, so that reading everything holds nobody up who wants to remove or to store.
    async::Workers workers_;
    async::Turnstile measuring_; // the disk is not read by two at once
    async::Turnstile checking_;
};

} // namespace slipway::engine
