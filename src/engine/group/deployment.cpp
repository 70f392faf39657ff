// SPDX-License-Identifier: LGPL-2.1-or-later
// Deployment: what waits for what, and what is then done.
#include "engine/group/deployment.hpp"

#include "async/together.hpp"

namespace slipway::engine {

Deployment::Deployment(Groups& groups, JobRef job, GroupRef group, GroupDefinition before, ApplyWish wish)
    : groups_{&groups}, job_{std::move(job)}, group_{std::move(group)},
      definition_{group_->definition}, before_{std::move(before)}, wish_{std::move(wish)}
{
    for (const MemberDefinition& definition : definition_.members)
        members_[definition.name].definition = &definition;
    for (PlanStep& step : groups_->plan(*group_, definition_)) {
        const auto member = members_.find(step.member);
        if (member == members_.end() || !wish_.concerns(step.member))
            continue;
        if (step.kind == PlanStep::Kind::keep && wish_.renewal == Renewal::always)
            step.kind = PlanStep::Kind::replace;
        else if (step.kind == PlanStep::Kind::replace && wish_.renewal == Renewal::never)
            step.kind = PlanStep::Kind::keep;
        member->second.steps.push_back(std::move(step));
    }
}

void Deployment::tell(const Member& member, const char* phase)
{
    groups_->jobs_->progress(job_, member.definition->name, 0, 0, phase);
}

void Deployment::check_cancelled() const
{
    if (is_cancelled_)
        throw Failure{ErrorCode::cancelled, "cancelled"};
}

void Deployment::cancel()
{
    is_cancelled_ = true;
    for (auto& [name, member] : members_)
        member.over.notify();
    for (const ContainerRef& container : groups_->containers_of(*group_))
        container->changed.notify();
}

async::Task<> Deployment::run()
{
    std::vector<async::Task<>> tasks;
    tasks.reserve(members_.size());
    for (auto& [name, member] : members_)
        tell(member, "waiting");
    for (auto& [name, member] : members_)
        tasks.push_back(bring(&member));
    const std::size_t count = tasks.size();
    async::Task<> all = async::together(std::move(tasks), count);
    co_await all;
    check_cancelled();
    const Member* failed = nullptr;
    for (const auto& [name, member] : members_)
        if (member.failure && (failed == nullptr || (failed->is_anothers_fault && !member.is_anothers_fault)))
            failed = &member;
    if (failed == nullptr)
        co_return;
    std::string words;
    if (!failed->failed_container.empty()) {
        async::Task<std::string> reading = groups_->last_words(failed->failed_container);
        words = co_await reading;
    }
    throw Failure{ErrorCode::member_failed,
                  "member " + failed->definition->name + ": " + failed->failure->message() + words};
}

// Never throws: the others go on, but for those that wait for it.
async::Task<> Deployment::bring(Member* member)
{
    try {
        async::Task<> bringing = bring_all_of(member);
        co_await bringing;
        tell(*member, "done");
    } catch (const Failure& failure) {
        member->failure = failure;
        tell(*member, "failed");
    }
    member->is_over = true;
    member->over.notify();
}

async::Task<> Deployment::bring_all_of(Member* member)
{
    if (!wish_.concerns(member->definition->name))
        co_return;
    for (const Dependency& dependency : member->definition->dependencies) {
        async::Task<> waiting = wait_for(member, dependency);
        co_await waiting;
    }
    if (wish_.replacing_of(member->definition->name) == Replacing::rolling) {
        async::Task<> rolling = roll_all_of(member);
        co_await rolling;
    } else {
        std::vector<async::Task<>> tasks;
        tasks.reserve(member->steps.size());
        for (const PlanStep& step : member->steps)
            tasks.push_back(carry_out(member, step));
        const std::size_t count = tasks.size();
        async::Task<> all = async::together(std::move(tasks), count);
        co_await all;
    }
    if (const std::optional<Condition> condition = awaited_condition(member->definition->name)) {
        async::Task<> waiting = wait_for_all_of(member, *condition);
        co_await waiting;
    }
}

std::optional<Condition> Deployment::awaited_condition(const std::string& member) const
{
    if (const auto found = wish_.awaited.find(member); found != wish_.awaited.end())
        return found->second;
    if (!wish_.is_patient)
        return std::nullopt;
    return is_awaited_to_complete(member) ? Condition::completed : Condition::healthy;
}

async::Task<> Deployment::wait_for_all_of(Member* member, Condition condition)
{
    const std::string& name = member->definition->name;
    for (const ContainerRef& container : groups_->containers_of(*group_)) {
        if (container->spec.membership.member != name)
            continue;
        tell(*member, "waiting");
        member->failed_container = container->id();
        async::Task<> waiting = wait_for(container, condition);
        co_await waiting;
        member->failed_container.clear();
    }
}

async::Task<> Deployment::wait_for(Member* member, Dependency dependency)
{
    Member& other = members_.at(dependency.member);
    std::exception_ptr failure;
    try {
        while (!other.is_over && !is_cancelled_)
            co_await other.over.next();
        check_cancelled();
        if (other.failure)
            throw Failure{ErrorCode::member_failed,
                          "it waits for " + dependency.member + ", which is not there"};
        for (const ContainerRef& container : groups_->containers_of(*group_))
            if (container->spec.membership.member == dependency.member) {
                member->failed_container = container->id();
                async::Task<> waiting = wait_for(container, dependency.condition);
                co_await waiting;
                member->failed_container.clear();
            }
    } catch (const Failure& reason) {
        if (dependency.is_required || reason.code() == ErrorCode::cancelled)
            failure = std::current_exception();
    }
    if (!failure)
        co_return;
    member->is_anothers_fault = true;
    std::rethrow_exception(failure);
}

async::Task<> Deployment::wait_for(ContainerRef container, Condition condition)
{
    const std::string who = "it waits for " + container->name() + ", which ";
    while (condition != Condition::started) {
        check_cancelled();
        const bool has_ended = container->state == State::exited;
        const std::string how = "ended with status " + std::to_string(container->row.state.exit_status);
        if (condition == Condition::completed && has_ended) {
            if (container->row.state.exit_status != 0)
                throw Failure{ErrorCode::member_failed, who + how};
            co_return;
        }
        if (condition == Condition::healthy) {
            if (has_ended)
                throw Failure{ErrorCode::member_failed, who + how + " and was never healthy"};
            if (container->health == Health::unhealthy)
                throw Failure{ErrorCode::member_failed, who + "is unhealthy"};
            if (container->is_running() && container->health != Health::starting)
                co_return;
        }
        co_await container->changed.next();
    }
}

bool Deployment::is_awaited_to_complete(const std::string& member) const
{
    if (const auto found = wish_.awaited.find(member); found != wish_.awaited.end())
        return found->second == Condition::completed;
    for (const auto& [name, other] : members_)
        for (const Dependency& dependency : other.definition->dependencies)
            if (dependency.member == member && dependency.condition == Condition::completed)
                return true;
    return false;
}

async::Task<> Deployment::carry_out(Member* member, PlanStep step)
{
    check_cancelled();
    async::Task<> doing;
    const ContainerRef container = groups_->lifecycle_->catalog().find(step.container);
    switch (step.kind) {
    case PlanStep::Kind::remove:
        if (!container)
            co_return;
        tell(*member, "removing");
        doing = groups_->remove_container(container);
        break;
    case PlanStep::Kind::create:
        tell(*member, "creating");
        doing = make_new(member, step.container);
        break;
    case PlanStep::Kind::replace:
        tell(*member, "replacing");
        doing = replace(member, step);
        break;
    case PlanStep::Kind::keep:
        // What is to run once and has done so is done.
        if (!container || !container->is_at_rest() ||
            (container->state == State::exited && container->row.state.exit_status == 0 &&
             is_awaited_to_complete(member->definition->name)))
            co_return;
        tell(*member, "starting");
        doing = start(member, container);
        break;
    }
    co_await doing;
}

async::Task<> Deployment::replace(Member* member, PlanStep step)
{
    const ContainerRef old = groups_->lifecycle_->catalog().find(step.container);
    if (old) {
        async::Task<> removing = groups_->remove_container(old);
        co_await removing;
    }
    async::Task<> making = make_new(member, step.container);
    co_await making;
}

async::Task<> Deployment::make_new(Member* member, std::string name)
{
    ContainerSettings settings =
        settings_of(definition_, *member->definition, group_->name, name, groups_->own_network());
    async::Task<> making = make(member, std::move(settings));
    co_await making;
}

async::Task<> Deployment::make(Member* member, ContainerSettings settings)
{
    const ContainerRef container = groups_->lifecycle_->create(std::move(settings));
    std::exception_ptr failure;
    try {
        async::Task<> listening = groups_->lifecycle_->listen(container);
        co_await listening;
    } catch (const Failure&) {
        failure = std::current_exception();
    }
    if (failure) {
        async::Task<> removing = groups_->remove_container(container);
        co_await removing;
        std::rethrow_exception(failure);
    }
    groups_->observer_->group_changed(group_->name);
    async::Task<> starting = start(member, container);
    co_await starting;
}

async::Task<> Deployment::start(Member* member, ContainerRef container)
{
    tell(*member, "starting");
    std::exception_ptr failure;
    try {
        async::Task<Timings> starting = groups_->lifecycle_->start(container, {});
        co_await starting;
    } catch (const Failure& reason) {
        // Somebody was quicker: a connection to a socket of its, or an administrator.
        if (reason.code() != ErrorCode::already_running)
            failure = std::make_exception_ptr(reason.within(container->name()));
    }
    groups_->observer_->group_changed(group_->name);
    if (!failure)
        co_return;
    member->failed_container = container->id();
    std::rethrow_exception(failure);
}

} // namespace slipway::engine
