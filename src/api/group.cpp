// SPDX-License-Identifier: LGPL-2.1-or-later
// GroupInterface: groups changed, started, stopped and described.
#include "api/group.hpp"

#include "api/job.hpp"
#include "api/paths.hpp"
#include "base/json.hpp"
#include "bus/options.hpp"

#include <array>

namespace slipway::api {

namespace {

engine::StopWish read_stop_wish(bus::Message& message)
{
    engine::StopWish wish;
    std::optional<std::uint64_t> timeout_usec;
    const bus::OptionTable table{{"Only", into_optional(wish.only)},
                                 {"TimeoutUSec", bus::into(timeout_usec)}};
    bus::read_options(message, table);
    if (timeout_usec)
        wish.request.timeout = Microseconds{static_cast<std::int64_t>(*timeout_usec)};
    return wish;
}

} // namespace

engine::GroupRef GroupInterface::at(const std::string& path) const
{
    return context_->engine.groups.at(group_name(path));
}

bool GroupInterface::has(const std::string& path) const
{
    return context_->engine.groups.find(group_name(path)) != nullptr;
}

async::Task<bus::Message> GroupInterface::apply(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    engine::GroupDefinition definition = read_group_definition(call.arguments());
    async::Task<> asking = require_parts(*context_, call, definition);
    co_await asking;
    engine::ApplyWish wish = read_apply_wish(call.arguments());
    const engine::JobRef job =
        context_->engine.groups.apply(at(call.path()), std::move(definition), std::move(wish));
    co_return job_reply(call, *job);
}

async::Task<bus::Message> GroupInterface::plan(bus::Call call)
{
    co_await context_->authorizer.require(call, inspect);
    const engine::GroupDefinition definition = read_group_definition(call.arguments());
    const std::vector<engine::PlanStep> steps = context_->engine.groups.plan(*at(call.path()), definition);
    bus::Message reply = call.reply();
    reply.open('a', "(sss)");
    for (const engine::PlanStep& step : steps)
        reply.append("(sss)", std::string{name_of(step.kind)}.c_str(), step.member.c_str(),
                     step.container.c_str());
    reply.close();
    co_return reply;
}

async::Task<bus::Message> GroupInterface::start(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    std::optional<std::vector<std::string>> only;
    const bus::OptionTable table{{"Only", into_optional(only)}};
    bus::read_options(call.arguments(), table);
    co_return job_reply(call, *context_->engine.groups.start(at(call.path()), std::move(only)));
}

async::Task<bus::Message> GroupInterface::stop(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    engine::StopWish wish = read_stop_wish(call.arguments());
    co_return job_reply(call, *context_->engine.groups.stop(at(call.path()), std::move(wish)));
}

async::Task<bus::Message> GroupInterface::restart(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    engine::StopWish wish = read_stop_wish(call.arguments());
    co_return job_reply(call, *context_->engine.groups.restart(at(call.path()), std::move(wish)));
}

async::Task<bus::Message> GroupInterface::scale(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    const std::string member = call.arguments().read_string();
    std::uint32_t replicas = 0;
    call.arguments().read("u", &replicas);
    co_return job_reply(call, *context_->engine.groups.scale(at(call.path()), member, replicas));
}

async::Task<bus::Message> GroupInterface::remove(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    bool has_volumes = false;
    const bus::OptionTable table{{"Volumes", bus::into(has_volumes)}};
    bus::read_options(call.arguments(), table);
    using Fate = engine::Groups::OwnVolumes;
    const engine::JobRef job =
        context_->engine.groups.remove(at(call.path()), has_volumes ? Fate::removed : Fate::kept);
    co_return job_reply(call, *job);
}

async::Task<bus::Message> GroupInterface::describe(bus::Call call)
{
    co_await context_->authorizer.require(call, inspect);
    const engine::GroupRef group = at(call.path());
    Json members = Json::array();
    for (const engine::MemberState& state : context_->engine.groups.members(*group))
        members.push_back({{"Name", state.name},
                           {"Replicas", state.wanted},
                           {"Running", state.running},
                           {"Healthy", state.healthy},
                           {"Containers", state.containers}});
    const Json json{{"Name", group->name},
                    {"Slice", engine::slice_of(group->name)},
                    {"Members", std::move(members)},
                    {"Definition", parse_json(engine::to_json(group->definition))}};
    bus::Message reply = call.reply();
    reply.append("s", json_text(json, StrayBytes::replaced).c_str());
    co_return reply;
}

void GroupInterface::name(const std::string& path, bus::Message& reply)
{
    reply.append("s", at(path)->name.c_str());
}

void GroupInterface::slice(const std::string& path, bus::Message& reply)
{
    reply.append("s", engine::slice_of(at(path)->name).c_str());
}

void GroupInterface::members(const std::string& path, bus::Message& reply)
{
    reply.open('a', "(suuuas)");
    for (const engine::MemberState& state : context_->engine.groups.members(*at(path))) {
        reply.open('r', "suuuas");
        reply.append("suuu", state.name.c_str(), state.wanted, state.running, state.healthy);
        reply.append_strings(state.containers);
        reply.close();
    }
    reply.close();
}

void GroupInterface::labels(const std::string& path, bus::Message& reply)
{
    reply.open('a', "{ss}");
    for (const auto& [key, value] : at(path)->definition.labels)
        reply.append("{ss}", key.c_str(), value.c_str());
    reply.close();
}

void GroupInterface::created(const std::string& path, bus::Message& reply)
{
    reply.append("t", to_usec(at(path)->created_at));
}

const sd_bus_vtable* GroupInterface::vtable()
{
    using G = GroupInterface;
    constexpr auto open_to_all = SD_BUS_VTABLE_UNPRIVILEGED; // polkit decides
    constexpr auto constant = SD_BUS_VTABLE_PROPERTY_CONST;
    constexpr auto changing = SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE;
    static const std::array table{
        sd_bus_vtable SD_BUS_VTABLE_START(0),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Apply", "a{sv}a{sv}",
                                               SD_BUS_PARAM(definition) SD_BUS_PARAM(options), "o",
                                               SD_BUS_PARAM(job), bus::serve<&G::apply>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Plan", "a{sv}", SD_BUS_PARAM(definition), "a(sss)",
                                               SD_BUS_PARAM(steps), bus::serve<&G::plan>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Start", "a{sv}", SD_BUS_PARAM(options), "o",
                                               SD_BUS_PARAM(job), bus::serve<&G::start>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Stop", "a{sv}", SD_BUS_PARAM(options), "o", SD_BUS_PARAM(job),
                                               bus::serve<&G::stop>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Restart", "a{sv}", SD_BUS_PARAM(options), "o",
                                               SD_BUS_PARAM(job), bus::serve<&G::restart>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Scale", "su", SD_BUS_PARAM(member) SD_BUS_PARAM(replicas),
                                               "o", SD_BUS_PARAM(job), bus::serve<&G::scale>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Remove", "a{sv}", SD_BUS_PARAM(options), "o",
                                               SD_BUS_PARAM(job), bus::serve<&G::remove>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Describe", "", , "s", SD_BUS_PARAM(json),
                                               bus::serve<&G::describe>, open_to_all),
        sd_bus_vtable SD_BUS_PROPERTY("Name", "s", bus::property<&G::name>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Slice", "s", bus::property<&G::slice>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Members", "a(suuuas)", bus::property<&G::members>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("Labels", "a{ss}", bus::property<&G::labels>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("CreatedTimestamp", "t", bus::property<&G::created>, 0, constant),
        sd_bus_vtable SD_BUS_VTABLE_END,
    };
    return table.data();
}

} // namespace slipway::api
