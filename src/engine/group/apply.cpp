// SPDX-License-Identifier: LGPL-2.1-or-later
// Groups: an apply: networks and volumes first, then what is too much goes, then the members come.
#include "async/together.hpp"
#include "engine/group/deployment.hpp"
#include "hashing/sha256.hpp"

namespace slipway::engine {

namespace {

// On a network that a group has made.
constexpr const char* group_label = "org.slipway.group";
constexpr const char* definition_label = "org.slipway.definition";

std::string digest_of_network(const NetworkSpec& spec)
{
    return hashing::digest_of(json_text(network_json(spec))).hex();
}

// All that are needed: the group's own too, where a member is on it.
std::map<std::string, NetworkSpec> networks_of(const Group& group, OwnNetwork own)
{
    std::map<std::string, NetworkSpec> networks = group.definition.networks;
    for (const MemberDefinition& member : group.definition.members)
        if (own == OwnNetwork::made && member.settings.network.networks.empty())
            networks.try_emplace(group.name);
    return networks;
}

} // namespace

async::Task<std::string> Groups::do_apply(JobRef job, GroupRef group, GroupDefinition definition,
                                          ApplyWish wish)
{
    const auto turn = co_await group->turns.take();
    if (find(group->name) != group)
        throw Failure{ErrorCode::no_such_group, "the group " + group->name + " was removed meanwhile"};
    // What is wished survives an engine that dies now: to apply it again finishes it.
    GroupDefinition before = group->definition;
    save(group, std::move(definition));
    async::Task<> grounding = make_ground(job, group);
    co_await grounding;

    // To be cancelled may end it, and it must not be gone before that has returned.
    const auto deployment =
        std::make_shared<Deployment>(*this, job, group, std::move(before), std::move(wish));
    job->on_cancel = [deployment] { deployment->cancel(); };
    std::exception_ptr failure;
    try {
        async::Task<> running = deployment->run();
        co_await running;
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    job->on_cancel = nullptr;
    observer_->group_changed(group->name);
    if (failure)
        std::rethrow_exception(failure);
    co_return group->name;
}

async::Task<> Groups::make_ground(JobRef job, GroupRef group)
{
    // What is of no member any more.
    std::vector<async::Task<>> removals;
    for (const ContainerRef& container : containers_of(*group))
        if (group->definition.find(container->spec.membership.member) == nullptr)
            removals.push_back(remove_container(container));
    if (!removals.empty()) {
        jobs_->progress(job, 0, 0, "removing");
        const std::size_t count = removals.size();
        async::Task<> all = async::together(std::move(removals), count);
        co_await all;
    }
    const std::map<std::string, NetworkSpec> networks = networks_of(*group, own_network());
    for (const auto& [name, spec] : networks) {
        async::Task<> renewing = renew_network(group, name, spec);
        co_await renewing;
    }
    const std::map<std::string, VolumeSettings> volumes = group->definition.volumes;
    for (const auto& [name, settings] : volumes)
        if (!store_->volumes().find(name)) {
            async::Task<std::string> creating = volumes_->create(name, settings);
            co_await creating;
        }
    if (!group->definition.limits.empty()) {
        async::Task<> limiting = scopes_->set_limits(slice_of(group->name), group->definition.limits);
        co_await limiting;
    }
}

// One that is there and not the group's is taken as it is.
async::Task<> Groups::renew_network(GroupRef group, std::string name, NetworkSpec spec)
{
    const std::string digest = digest_of_network(spec);
    if (store_->networks().find(name)) {
        const NetworkSettings present = networks_->settings_of(name);
        const auto owner = present.labels.find(group_label);
        if (owner == present.labels.end() || owner->second != group->name ||
            present.labels.at(definition_label) == digest)
            co_return;
        for (const ContainerRef& container : containers_of(*group))
            for (const Connection& connection : container->spec.network.connections)
                if (connection.network == name) {
                    async::Task<> removing = remove_container(container);
                    co_await removing;
                    break;
                }
        async::Task<> removing = networks_->remove(name);
        co_await removing;
    }
    spec.labels[group_label] = group->name;
    spec.labels[definition_label] = digest;
    async::Task<std::string> creating = networks_->create(name, std::move(spec));
    co_await creating;
}

async::Task<> Groups::stop_one(ContainerRef container, StopRequest request)
{
    try {
        // One at rest may be about to be started anew.
        if (container->is_at_rest() && !container->spec.restart.is_any())
            co_return;
        async::Task<> stopping = lifecycle_->stop(container, request);
        co_await stopping;
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::not_running) // it has just ended
            throw;
    }
}

async::Task<> Groups::remove_container(ContainerRef container)
{
    async::Task<> stopping = stop_one(container, {});
    co_await stopping;
    async::Task<> removing =
        lifecycle_->remove(container, Lifecycle::Force::yes, Lifecycle::OwnVolumes::removed);
    co_await removing;
}

// Who waits for others stops before them.
async::Task<> Groups::stop_all(JobRef job, GroupRef group, StopWish wish)
{
    std::vector<std::vector<std::string>> levels = levels_of(group->definition);
    levels.insert(levels.begin(), std::vector<std::string>{}); // what is of no member, last
    for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
        std::vector<async::Task<>> stops;
        for (const ContainerRef& container : containers_of(*group)) {
            const std::string& member = container->spec.membership.member;
            if (wish.only && std::find(wish.only->begin(), wish.only->end(), member) == wish.only->end())
                continue;
            const bool is_stray = group->definition.find(member) == nullptr;
            if (level->empty() ? is_stray : std::find(level->begin(), level->end(), member) != level->end())
                stops.push_back(stop_one(container, wish.request));
        }
        if (stops.empty())
            continue;
        jobs_->progress(job, 0, 0, "stopping");
        const std::size_t count = stops.size();
        async::Task<> all = async::together(std::move(stops), count);
        co_await all;
    }
    observer_->group_changed(group->name);
}

async::Task<std::string> Groups::do_stop(JobRef job, GroupRef group, StopWish wish)
{
    const auto turn = co_await group->turns.take();
    async::Task<> stopping = stop_all(job, group, std::move(wish));
    co_await stopping;
    co_return group->name;
}

async::Task<std::string> Groups::do_restart(JobRef job, GroupRef group, StopWish wish)
{
    {
        const auto turn = co_await group->turns.take();
        async::Task<> stopping = stop_all(job, group, wish);
        co_await stopping;
    }
    async::Task<std::string> starting = do_apply(job, group, group->definition, {.only = wish.only});
    co_return co_await starting;
}

async::Task<std::string> Groups::do_remove(JobRef job, GroupRef group, OwnVolumes volumes)
{
    const auto turn = co_await group->turns.take();
    if (find(group->name) != group)
        throw Failure{ErrorCode::no_such_group, "the group " + group->name + " was removed meanwhile"};
    async::Task<> stopping = stop_all(job, group, {});
    co_await stopping;
    for (const ContainerRef& container : containers_of(*group)) {
        async::Task<> removing = remove_container(container);
        co_await removing;
    }
    for (const store::NetworkRow& row : store_->networks().list()) {
        const NetworkSettings settings = parse_network_settings(row.settings);
        const auto owner = settings.labels.find(group_label);
        // Others may be on it, whom the group does not know.
        if (owner == settings.labels.end() || owner->second != group->name ||
            !networks_->is_prunable(row.name))
            continue;
        async::Task<> removing = networks_->remove(row.name);
        co_await removing;
    }
    if (volumes == OwnVolumes::removed)
        for (const auto& [name, settings] : group->definition.volumes)
            if (store_->volumes().find(name) && volumes_->users(name).empty())
                volumes_->remove(name);
    lifecycle_->vault().remove_of(group->name);
    store_->groups().remove(group->name);
    groups_.erase(group->name);
    observer_->group_removed(group->name);
    co_return std::string{};
}

} // namespace slipway::engine
