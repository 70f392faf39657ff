// SPDX-License-Identifier: LGPL-2.1-or-later
// Gallery: images imported, found and removed.
#pragma once

#include "async/worker.hpp"
#include "engine/job/job.hpp"
#include "engine/own_ids.hpp"
#include "store/store.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace slipway::engine {

// Which images that no container uses are to go.
enum class Prunable {
    nameless,
    all,
};

struct Pruned {
    std::vector<std::string> images; // IDs
    std::uint64_t reclaimed = 0;     // bytes of layers
};

struct HistoryLine {
    std::string created; // RFC 3339, may be empty
    std::string created_by;
    std::string comment;
    std::uint64_t size; // bytes of its layer's tar, 0 for a step without one
};

class Gallery {
  public:
    // PROGRAMS: where slipway-transfer is.
    Gallery(async::EventLoop& loop, async::TaskScope& tasks, async::Workers& workers, store::Store& store,
            Jobs& jobs, Observer& observer, OwnIds& own_ids, std::filesystem::path programs);

    // ARCHIVE becomes an image of one layer called REFERENCE. Throws Failure{invalid_reference,
    // invalid_argument} for what can be known at once; the rest is the job's.
    JobRef import(Fd archive, const std::string& reference, std::vector<std::string> changes);
    // All its names and the image; or only NAME, and the image with its last one.
    void remove(const std::string& id, const std::string& name);
    // One more name; throws Failure{invalid_reference, invalid_argument}.
    void tag(const std::string& id, const std::string& name);
    Pruned prune(Prunable what);
    // How it came to be, the oldest step first.
    std::vector<HistoryLine> history(const std::string& id);
    // With the keys of docker's `image inspect`, as JSON.
    std::string describe(const std::string& id);

  private:
    async::Task<std::string> do_import(JobRef job, std::shared_ptr<Fd> archive, std::string name,
                                       std::vector<std::string> changes);
    async::Task<> discard(std::vector<store::Trash> trash);

    async::EventLoop* loop_;
    async::TaskScope* tasks_;
    async::Workers* workers_;
    store::Store* store_;
    Jobs* jobs_;
    Observer* observer_;
    OwnIds* own_ids_;
    std::filesystem::path programs_;
};

} // namespace slipway::engine
