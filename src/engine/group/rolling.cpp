// SPDX-License-Identifier: LGPL-2.1-or-later
// Deployment: replicas replaced one after the other, and put back where a new one is not well.
#include "engine/group/deployment.hpp"

#include <algorithm>

namespace slipway::engine {

namespace {

// What only one container can have at a time.
bool can_run_beside(const MemberDefinition& member)
{
    const std::vector<std::string>& networks = member.settings.network.networks;
    const bool has_address = std::any_of(networks.begin(), networks.end(), [](const std::string& network) {
        return network.find("ip=") != std::string::npos || network.find("ip6=") != std::string::npos ||
               network.find("mac=") != std::string::npos;
    });
    return member.settings.name.empty() && !has_address && member.settings.listeners.empty() &&
           !wants_host_port(member);
}

} // namespace

std::string Deployment::free_name(const Member& member) const
{
    for (unsigned number = 1;; ++number) {
        std::string name = replica_name(group_->name, member.definition->name, number);
        if (!groups_->lifecycle_->catalog().find(name))
            return name;
    }
}

async::Task<> Deployment::roll_all_of(Member* member)
{
    std::exception_ptr failure;
    try {
        for (const PlanStep& step : member->steps) {
            async::Task<> doing =
                step.kind == PlanStep::Kind::replace ? roll(member, step) : carry_out(member, step);
            co_await doing;
        }
    } catch (const Failure&) {
        failure = std::current_exception();
    }
    if (!failure)
        co_return;
    if (member->rolled.empty())
        std::rethrow_exception(failure);
    async::Task<> going_back = roll_back(member);
    co_await going_back;
    try {
        std::rethrow_exception(failure);
    } catch (const Failure& reason) {
        throw Failure{ErrorCode::member_failed, reason.message() + " (the member is as it was before)"};
    }
}

// Beside the old one where both can be, and else in its place.
async::Task<> Deployment::roll(Member* member, PlanStep step)
{
    check_cancelled();
    tell(*member, "replacing");
    const ContainerRef old = groups_->lifecycle_->catalog().find(step.container);
    const bool is_beside = old && can_run_beside(*member->definition);
    const std::string name = is_beside ? free_name(*member) : step.container;
    if (old) {
        member->rolled.push_back({name, step.container, old->row.image_id});
        if (!is_beside) {
            async::Task<> removing = groups_->remove_container(old);
            co_await removing;
        }
    }
    async::Task<> making = make_new(member, name);
    co_await making;
    const ContainerRef made = groups_->lifecycle_->catalog().at(name);
    member->failed_container = made->id();
    async::Task<> waiting = wait_for(made, Condition::healthy);
    co_await waiting;
    member->failed_container.clear();
    if (is_beside) {
        async::Task<> retiring = groups_->lifecycle_->retire(old);
        co_await retiring;
        async::Task<> removing = groups_->remove_container(old);
        co_await removing;
    }
}

async::Task<> Deployment::roll_back(Member* member)
{
    tell(*member, "rolling back");
    const MemberDefinition* const before = before_.find(member->definition->name);
    if (before == nullptr)
        co_return;
    // The words of the one that was not well, before it goes with them.
    for (auto rolled = member->rolled.rbegin(); rolled != member->rolled.rend(); ++rolled) {
        if (const ContainerRef made = groups_->lifecycle_->catalog().find(rolled->container);
            made && (rolled->container != rolled->before || made->row.image_id != rolled->image_before ||
                     made->spec.membership.definition != digest_of(before_, *before, group_->name)))
        {
            async::Task<> removing = groups_->remove_container(made);
            co_await removing;
        }
        if (groups_->lifecycle_->catalog().find(rolled->before))
            continue;
        ContainerSettings settings =
            settings_of(before_, *before, group_->name, rolled->before, groups_->own_network());
        settings.image = rolled->image_before;
        async::Task<> making = make(member, std::move(settings));
        co_await making;
    }
    GroupDefinition definition = group_->definition;
    for (MemberDefinition& each : definition.members)
        if (each.name == before->name)
            each = *before;
    groups_->save(group_, std::move(definition));
}

} // namespace slipway::engine
