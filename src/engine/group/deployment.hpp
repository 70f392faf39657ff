// SPDX-License-Identifier: LGPL-2.1-or-later
// Deployment: one apply: its members come up side by side, each as soon as what it waits for is there.
#pragma once

#include "engine/group/groups.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

class Deployment {
  public:
    // GROUP has its new definition already; BEFORE is what it was.
    Deployment(Groups& groups, JobRef job, GroupRef group, GroupDefinition before, ApplyWish wish);

    // All members, whatever becomes of some. Throws what the first one failed of that did not fail for
    // another's sake, with its last lines; Failure{cancelled}.
    async::Task<> run();
    // Nothing more is begun, nothing is waited for.
    void cancel();

  private:
    // A container of now in place of one of before.
    struct Rolled {
        std::string container;
        std::string before;
        std::string image_before; // its ID
    };

    struct Member {
        const MemberDefinition* definition = nullptr;
        std::vector<PlanStep> steps;
        bool is_over = false;
        bool is_anothers_fault = false;
        std::optional<Failure> failure;
        std::string failed_container;
        std::vector<Rolled> rolled;
        async::Signal over;
    };

    async::Task<> bring(Member* member);
    async::Task<> bring_all_of(Member* member);
    std::optional<Condition> awaited_condition(const std::string& member) const;
    async::Task<> wait_for_all_of(Member* member, Condition condition);
    async::Task<> wait_for(Member* member, Dependency dependency);
    async::Task<> wait_for(ContainerRef container, Condition condition);
    async::Task<> carry_out(Member* member, PlanStep step);
    async::Task<> make(Member* member, ContainerSettings settings);
    async::Task<> make_new(Member* member, std::string name);
    async::Task<> start(Member* member, ContainerRef container);
    async::Task<> replace(Member* member, PlanStep step);
    async::Task<> roll_all_of(Member* member);
    async::Task<> roll(Member* member, PlanStep step);
    async::Task<> roll_back(Member* member);
    std::string free_name(const Member& member) const;
    bool is_awaited_to_complete(const std::string& member) const;
    void tell(const Member& member, const char* phase);
    void check_cancelled() const;

    Groups* groups_;
    JobRef job_;
    GroupRef group_;
    GroupDefinition definition_; // as the group had it when this began
    GroupDefinition before_;
    ApplyWish wish_;
    bool is_cancelled_ = false;
    std::map<std::string, Member> members_;
};

} // namespace slipway::engine
