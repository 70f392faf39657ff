// SPDX-License-Identifier: LGPL-2.1-or-later
// Groups: which there are, and what there is of each.
#include "engine/group/groups.hpp"

#include "engine/image/meaning.hpp"

#include <algorithm>

namespace slipway::engine {

Groups::Groups(async::TaskScope& tasks, async::Workers& workers, store::Store& store, Jobs& jobs,
               Observer& observer, Lifecycle& lifecycle, Networks& networks, VolumeKeeper& volumes,
               placement::Placement& scopes)
    : tasks_{&tasks}, workers_{&workers}, store_{&store}, jobs_{&jobs}, observer_{&observer},
      lifecycle_{&lifecycle}, networks_{&networks}, volumes_{&volumes}, scopes_{&scopes}
{
}

void Groups::recover()
{
    for (const store::GroupRow& row : store_->groups().list()) {
        auto group = std::make_shared<Group>();
        group->name = row.name;
        group->created_at = row.created_at;
        group->definition = parse_group_definition(row.definition);
        groups_.emplace(row.name, std::move(group));
    }
}

GroupRef Groups::find(const std::string& name) const
{
    const auto found = groups_.find(name);
    return found == groups_.end() ? nullptr : found->second;
}

GroupRef Groups::at(const std::string& name) const
{
    if (GroupRef group = find(name))
        return group;
    throw Failure{ErrorCode::no_such_group, "no group \"" + name + "\" (slipway group ls lists them)"};
}

GroupRef Groups::create(const std::string& name, GroupDefinition definition)
{
    check_group_word(name, "group");
    check_all(definition);
    auto group = std::make_shared<Group>();
    group->name = name;
    group->created_at = now();
    group->definition = std::move(definition);
    store_->groups().insert({name, group->created_at, to_json(group->definition)});
    groups_.emplace(name, group);
    observer_->group_added(name);
    return group;
}

OwnNetwork Groups::own_network() const
{
    return networks_->makes_any() ? OwnNetwork::made : OwnNetwork::none;
}

void Groups::check_all(const GroupDefinition& definition) const
{
    check(definition);
    if (!definition.networks.empty() && own_network() == OwnNetwork::none)
        throw Failure{ErrorCode::not_supported,
                      "network " + definition.networks.begin()->first +
                          ": a user's engine makes no networks; leave it out, or have members share one "
                          "member's (network_mode: service:MEMBER)"};
}

void Groups::save(const GroupRef& group, GroupDefinition definition)
{
    store_->groups().set_definition(group->name, to_json(definition));
    group->definition = std::move(definition);
    observer_->group_changed(group->name);
}

// Those that somebody put into it by hand are not the group's to change.
std::vector<ContainerRef> Groups::containers_of(const Group& group) const
{
    std::vector<ContainerRef> mine;
    for (const ContainerRef& container : lifecycle_->catalog().all())
        if (container->spec.membership.group == group.name && !container->spec.membership.definition.empty())
            mine.push_back(container);
    return mine;
}

std::vector<PresentContainer> Groups::present(const Group& group, const GroupDefinition& definition) const
{
    std::vector<PresentContainer> found;
    for (const ContainerRef& container : containers_of(group)) {
        const Membership& membership = container->spec.membership;
        const MemberDefinition* const member = definition.find(membership.member);
        bool is_current =
            member != nullptr && membership.definition == digest_of(definition, *member, group.name);
        if (is_current) {
            // An image of that name that is gone is no reason to take a container away.
            const std::optional<store::ImageRow> image = store_->images().find(member->settings.image);
            is_current = !image || image->id.hex() == container->row.image_id;
        }
        found.push_back({container->name(), membership.member, is_current});
    }
    return found;
}

std::vector<PlanStep> Groups::plan(const Group& group, const GroupDefinition& definition) const
{
    check_all(definition);
    return engine::plan(group.name, definition, present(group, definition));
}

std::vector<MemberState> Groups::members(const Group& group) const
{
    std::vector<MemberState> states;
    for (const MemberDefinition& member : group.definition.members) {
        MemberState state{member.name, member.replicas, 0, 0, {}};
        for (const ContainerRef& container : containers_of(group)) {
            if (container->spec.membership.member != member.name)
                continue;
            state.containers.push_back(container->name());
            state.running += container->is_running() ? 1 : 0;
            const bool is_well = container->health == Health::unknown || container->health == Health::healthy;
            state.healthy += container->is_running() && is_well ? 1 : 0;
        }
        states.push_back(std::move(state));
    }
    return states;
}

JobRef Groups::apply(GroupRef group, GroupDefinition definition, ApplyWish wish)
{
    if (wish.only)
        definition = parts_of(std::move(definition), *wish.only, group->definition);
    check_all(definition);
    return jobs_->start("apply-group", [this, group, definition, wish](const JobRef& job) {
        return do_apply(job, group, definition, wish);
    });
}

namespace {

void check_members(const Group& group, const std::optional<std::vector<std::string>>& only)
{
    for (const std::string& member : only.value_or(std::vector<std::string>{}))
        if (group.definition.find(member) == nullptr)
            throw Failure{ErrorCode::invalid_argument,
                          "the group " + group.name + " has no member " + member};
}

} // namespace

JobRef Groups::start(GroupRef group, std::optional<std::vector<std::string>> only)
{
    check_members(*group, only);
    return jobs_->start("start-group", [this, group, only](const JobRef& job) {
        return do_apply(job, group, group->definition, {.only = only});
    });
}

JobRef Groups::stop(GroupRef group, StopWish wish)
{
    check_members(*group, wish.only);
    return jobs_->start("stop-group",
                        [this, group, wish](const JobRef& job) { return do_stop(job, group, wish); });
}

JobRef Groups::restart(GroupRef group, StopWish wish)
{
    check_members(*group, wish.only);
    return jobs_->start("restart-group",
                        [this, group, wish](const JobRef& job) { return do_restart(job, group, wish); });
}

JobRef Groups::scale(GroupRef group, const std::string& member, std::uint32_t replicas)
{
    GroupDefinition definition = group->definition;
    check_members(*group, {{member}});
    std::find_if(definition.members.begin(), definition.members.end(),
                 [&member](const MemberDefinition& one) { return one.name == member; })
        ->replicas = replicas;
    check_all(definition);
    return jobs_->start("scale-group", [this, group, definition](const JobRef& job) {
        return do_apply(job, group, definition, {});
    });
}

JobRef Groups::remove(GroupRef group, OwnVolumes volumes)
{
    return jobs_->start("remove-group",
                        [this, group, volumes](const JobRef& job) { return do_remove(job, group, volumes); });
}

} // namespace slipway::engine
