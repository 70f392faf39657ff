// SPDX-License-Identifier: LGPL-2.1-or-later
// VolumeKeeper: volumes made, found and removed by themselves; containers make theirs in
// container/mounting.cpp.
#pragma once

#include "async/task_scope.hpp"
#include "async/worker.hpp"
#include "engine/container/container.hpp"
#include "engine/job/job.hpp"
#include "engine/transfer/transfers.hpp"
#include "engine/volume/settings.hpp"
#include "store/store.hpp"

#include <set>
#include <string>
#include <vector>

namespace slipway::engine {

class VolumeKeeper {
  public:
    // All that it works with outlives it.
    VolumeKeeper(async::TaskScope& tasks, async::Workers& workers, store::Store& store, Jobs& jobs,
                 Observer& observer, const Catalog& catalog, Transfers& transfers, OwnIds& own_ids);

    // Its name, which is made up where NAME is empty. Throws Failure{invalid_name, name_taken,
    // invalid_argument, not_supported}.
    async::Task<std::string> create(std::string name, VolumeSettings settings);
    // Throws Failure{no_such_volume, volume_in_use}.
    void remove(const std::string& name);
    // Those that no container has: the anonymous ones, or all.
    enum class Prune { anonymous, all };
    bool is_prunable(const store::VolumeRow& row, Prune which) const;
    // ARCHIVE becomes the content of a new volume, or of one that is empty and that no running container has.
    // Throws what can be known at once; the rest is the job's.
    JobRef import(Fd archive, const std::string& name);
    // Its content as a tar to ARCHIVE, whoever writes to it meanwhile. Throws what can be known at once; the
    // rest is the job's.
    JobRef export_content(const std::string& name, Fd archive);

    // Containers that have it.
    std::vector<std::string> users(const std::string& name) const;
    // With the keys of docker's `volume inspect`, as JSON.
    std::string describe(const std::string& name);
    std::string mountpoint(const std::string& name) const;

  private:
    std::uint32_t free_project();
    void refuse_import(const std::string& name);
    async::Task<std::string> do_import(JobRef job, std::shared_ptr<Fd> archive, std::string name);
    async::Task<std::string> do_export(JobRef job, std::shared_ptr<Fd> archive, std::string name);
    async::Task<> discard(std::vector<store::Trash> trash);
    async::Task<> settle();

    async::TaskScope* tasks_;
    async::Workers* workers_;
    store::Store* store_;
    Jobs* jobs_;
    Observer* observer_;
    const Catalog* catalog_;
    Transfers* transfers_;
    OwnIds* own_ids_;
    std::set<std::uint32_t> promised_projects_; // of volumes that are being made
};

} // namespace slipway::engine
