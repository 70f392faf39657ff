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
