// SPDX-License-Identifier: LGPL-2.1-or-later
// Groups: containers that are defined, started, changed and stopped as one thing (docs/groups.md).
#pragma once

#include "async/task_scope.hpp"
#include "async/turn.hpp"
#include "async/worker.hpp"
#include "engine/container/lifecycle.hpp"
#include "engine/group/apply_wish.hpp"
#include "engine/group/plan.hpp"
#include "engine/job/job.hpp"
#include "engine/volume/keeper.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

struct Group {
    std::string name;
    RealTime created_at{};
    GroupDefinition definition;
    async::Turnstile turns; // one job at a time
};

using GroupRef = std::shared_ptr<Group>;

struct MemberState {
    std::string name;
    std::uint32_t wanted = 0;
    std::uint32_t running = 0;
    std::uint32_t healthy = 0; // of those that run; or nobody knows
    std::vector<std::string> containers;
};

struct StopWish {
    std::optional<std::vector<std::string>> only; // members; nothing: all
    StopRequest request;
};

class Groups {
  public:
    // All that it works with outlives it.
    Groups(async::TaskScope& tasks, async::Workers& workers, store::Store& store, Jobs& jobs,
           Observer& observer, Lifecycle& lifecycle, Networks& networks, VolumeKeeper& volumes,
           placement::Placement& scopes);

    // At the engine's start, once the containers are known.
    void recover();

    // Throws Failure{no_such_group}.
    GroupRef at(const std::string& name) const;
    GroupRef find(const std::string& name) const;
    const std::map<std::string, GroupRef>& all() const noexcept { return groups_; }

    // Nothing runs yet. Throws Failure{name_taken} and as check() does.
    GroupRef create(const std::string& name, GroupDefinition definition);
    // Makes the group what DEFINITION says, and starts it. Throws as check() does; the rest is the job's.
    JobRef apply(GroupRef group, GroupDefinition definition, ApplyWish wish);
    // What apply() would do.
    std::vector<PlanStep> plan(const Group& group, const GroupDefinition& definition) const;
    // All of what is defined already, or the members ONLY: what is missing is made.
    JobRef start(GroupRef group, std::optional<std::vector<std::string>> only);
    // Those that wait for others first.
    JobRef stop(GroupRef group, StopWish wish);
    JobRef restart(GroupRef group, StopWish wish);
    // Throws Failure{invalid_argument}.
    JobRef scale(GroupRef group, const std::string& member, std::uint32_t replicas);
    // With its containers and networks; with OWN_VOLUMES also the volumes of its definition.
    enum class OwnVolumes { kept, removed };
    JobRef remove(GroupRef group, OwnVolumes volumes);

    std::vector<MemberState> members(const Group& group) const;

  private:
    friend class Deployment;

    std::vector<ContainerRef> containers_of(const Group& group) const;
    std::vector<PresentContainer> present(const Group& group, const GroupDefinition& definition) const;
    // As engine::check(), and that there is nothing in it that this engine has not got.
    void check_all(const GroupDefinition& definition) const;
    OwnNetwork own_network() const;
    void save(const GroupRef& group, GroupDefinition definition);
    async::Task<std::string> do_apply(JobRef job, GroupRef group, GroupDefinition definition, ApplyWish wish);
    async::Task<std::string> do_stop(JobRef job, GroupRef group, StopWish wish);
    async::Task<std::string> do_restart(JobRef job, GroupRef group, StopWish wish);
    async::Task<std::string> do_remove(JobRef job, GroupRef group, OwnVolumes volumes);
    async::Task<> stop_all(JobRef job, GroupRef group, StopWish wish);
    async::Task<> make_ground(JobRef job, GroupRef group);
    async::Task<> renew_network(GroupRef group, std::string name, NetworkSpec spec);
    async::Task<> remove_container(ContainerRef container);
    async::Task<> stop_one(ContainerRef container, StopRequest request);
    async::Task<std::string> last_words(std::string container);

    async::TaskScope* tasks_;
    async::Workers* workers_;
    store::Store* store_;
    Jobs* jobs_;
    Observer* observer_;
    Lifecycle* lifecycle_;
    Networks* networks_;
    VolumeKeeper* volumes_;
    placement::Placement* scopes_;
    std::map<std::string, GroupRef> groups_;
};

} // namespace slipway::engine
