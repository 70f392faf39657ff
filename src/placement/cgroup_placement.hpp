// SPDX-License-Identifier: LGPL-2.1-or-later
// CgroupPlacement: containers in cgroups of our own, on a host without systemd: "slipway/NAME" below the root
// of each hierarchy, or for a user's engine below its own cgroup. Where none can be made, containers run
// without, if they have no limits.
#pragma once

#include "async/event_loop.hpp"
#include "async/task_scope.hpp"
#include "async/worker.hpp"
#include "cgroupfs/group.hpp"
#include "placement/held_sockets.hpp"
#include "placement/placement.hpp"

#include <filesystem>
#include <memory>

namespace slipway::placement {

class CgroupPlacement : public Placement {
  public:
    // BASE: the cgroup that ours are below, "" for the root. PROGRAMS: a directory; RUN: the engine's.
    // ON_FAILURE hears of what fails in the background.
    CgroupPlacement(async::EventLoop& loop, std::string base, const std::filesystem::path& programs,
                    const std::filesystem::path& run, async::TaskScope::OnFailure on_failure);

    // Why there are no cgroups; empty: there are.
    const std::string& obstacle() const noexcept { return obstacle_; }

    std::optional<std::string> own_unit(const std::string& container,
                                        const std::string& slice) const override;
    async::Task<std::string> start(ScopeRequest request) override;
    async::Task<std::string> active_state(std::string unit) const override;
    async::Task<> set_limits(std::string unit, std::map<std::string, std::uint64_t> limits) override;
    async::Task<> freeze(std::string unit) override;
    async::Task<> settle_freezer(std::string unit) override;
    async::Task<> thaw(std::string unit) override;
    async::Task<std::string> freezer_state(std::string unit) const override;
    async::Task<AdoptedUnit> find_adopting(pid_t pid) const override;
    async::Task<std::string> adopt(AdoptedUnit adopted, ScopeRequest request) override;
    async::Task<> disown(std::string unit, std::vector<std::string> properties) const override;
    void check_services(const std::string& container) const override;
    async::Task<> start_service(ServiceRequest request, Filed filed) override;
    async::Task<> reset_failed(std::string unit) const override;
    async::Task<bool> has_unit_of_generator(std::string unit) const override;
    async::Task<> read_units_anew() const override;
    async::Task<> start_socket(SocketRequest request, Present present) override;
    async::Task<> restart_unit(std::string unit) override;
    async::Task<> stop_unit(std::string unit) override;
    // From now on they go with their last process.
    async::Task<std::vector<std::string>> list() override;
    async::Task<> end_if_empty(std::string unit) override;

  private:
    cgroupfs::Group group_of(const std::string& unit) const;
    void refuse_without_cgroups(const ScopeRequest& request) const;
    // Removes UNIT when PID, its monitor, has ended, and all that it has left.
    async::Task<> remove_after(std::string unit, pid_t pid);
    async::Task<> move(std::string unit, cgroupfs::Group::Motion motion);

    async::EventLoop* loop_;
    std::string base_;
    std::string obstacle_;
    async::Workers workers_;
    HeldSockets sockets_;
    async::TaskScope tasks_;
};

} // namespace slipway::placement
