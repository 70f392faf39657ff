// SPDX-License-Identifier: LGPL-2.1-or-later
// Group: its methods as calls.
#include "client/group.hpp"

namespace slipway::client {

namespace {

void append_dependencies(bus::Message& message, const std::vector<DependencySettings>& dependencies)
{
    if (dependencies.empty())
        return;
    message.open('e', "sv").append("s", "DependsOn").open('v', "a(ssb)").open('a', "(ssb)");
    for (const DependencySettings& one : dependencies) {
        message.open('r', "ssb");
        append_text(message, one.member);
        append_text(message, one.condition);
        message.append("b", one.is_required ? 1 : 0);
        message.close();
    }
    message.close().close().close();
}

void append_members(bus::Message& message, const std::vector<MemberSettings>& members)
{
    message.open('e', "sv").append("s", "Members").open('v', "a(sa{sv}a{sv})").open('a', "(sa{sv}a{sv})");
    for (const MemberSettings& member : members) {
        message.open('r', "sa{sv}a{sv}");
        append_text(message, member.name);
        append_settings(message, member.container);
        OptionWriter writer{message};
        message.append("{sv}", "Replicas", "u", member.replicas);
        append_dependencies(message, member.dependencies);
        writer.finish();
        message.close();
    }
    message.close().close().close();
}

// WRITE appends the a{sv} of one.
template <typename Value, typename Write>
void append_named(bus::Message& message, const char* key, const std::map<std::string, Value>& all,
                  Write write)
{
    if (all.empty())
        return;
    message.open('e', "sv").append("s", key).open('v', "a(sa{sv})").open('a', "(sa{sv})");
    for (const auto& [name, value] : all) {
        message.open('r', "sa{sv}");
        append_text(message, name);
        write(value);
        message.close();
    }
    message.close().close().close();
}

PropertyReader into(std::vector<GroupMember>& target)
{
    return [&target](bus::Message& message) {
        message.enter('v', "a(suuuas)");
        message.enter('a', "(suuuas)");
        while (message.enter('r', "suuuas")) {
            GroupMember& member = target.emplace_back();
            member.name = message.read_string();
            message.read("uuu", &member.wanted, &member.running, &member.healthy);
            member.containers = message.read_strings();
            message.exit();
        }
        message.exit();
        message.exit();
    };
}

} // namespace

void append_group(bus::Message& message, const GroupSettings& settings)
{
    OptionWriter writer{message};
    append_members(message, settings.members);
    append_named(message, "Networks", settings.networks,
                 [&message](const NetworkSettings& network) { append_network(message, network); });
    append_named(message, "Volumes", settings.volumes, [&message](const VolumeDefinition& volume) {
        OptionWriter options{message};
        options.labels("Labels", volume.labels);
        options.labels("Options", volume.options);
        options.finish();
    });
    writer.numbers("Limits", settings.limits);
    writer.labels("Labels", settings.labels);
    writer.finish();
}

GroupInfo read_group(std::string path, bus::Message& properties)
{
    GroupInfo info;
    info.path = std::move(path);
    read_properties(properties, {
                                    {"Name", client::into(info.name)},
                                    {"Slice", client::into(info.slice)},
                                    {"Members", into(info.members)},
                                    {"Labels", client::into(info.labels)},
                                    {"CreatedTimestamp", client::into(info.created_usec)},
                                });
    return info;
}

async::Task<std::string> Group::begin(const char* member, Engine::Fill fill)
{
    bus::Message reply =
        co_await engine_->call(method(member), Effect::changes, std::move(fill), change_timeout);
    const char* job = nullptr;
    reply.read("o", &job);
    co_return std::string{job};
}

async::Task<std::string> Group::apply(GroupSettings settings, ApplyOptions options)
{
    Engine::Fill fill = [settings, options](bus::Message& message) {
        append_group(message, settings);
        OptionWriter writer{message};
        writer.flag("Rolling", options.is_rolling);
        if (!options.rolling.empty())
            writer.words("RollingMembers", options.rolling);
        writer.text("Renew", options.renewal);
        if (options.only)
            writer.words("Only", *options.only);
        writer.flag("Wait", options.is_patient);
        writer.labels("Await", options.awaited);
        writer.finish();
    };
    co_return co_await begin("Apply", std::move(fill));
}

async::Task<std::string> Group::start(Members only)
{
    Engine::Fill fill = [only](bus::Message& message) { append_halt(message, {only, {}}); };
    co_return co_await begin("Start", std::move(fill));
}

void Group::append_halt(bus::Message& message, const Halt& halt)
{
    OptionWriter writer{message};
    if (halt.only)
        writer.words("Only", *halt.only);
    writer.time("TimeoutUSec", halt.timeout);
    writer.finish();
}

async::Task<std::string> Group::stop(Halt halt)
{
    Engine::Fill fill = [halt](bus::Message& message) { append_halt(message, halt); };
    co_return co_await begin("Stop", std::move(fill));
}

async::Task<std::string> Group::restart(Halt halt)
{
    Engine::Fill fill = [halt](bus::Message& message) { append_halt(message, halt); };
    co_return co_await begin("Restart", std::move(fill));
}

async::Task<std::string> Group::scale(std::string member, std::uint32_t replicas)
{
    Engine::Fill fill = [member, replicas](bus::Message& message) {
        append_text(message, member);
        message.append("u", replicas);
    };
    co_return co_await begin("Scale", std::move(fill));
}

async::Task<std::string> Group::remove(OwnVolumes volumes)
{
    Engine::Fill fill = [volumes](bus::Message& message) {
        OptionWriter writer{message};
        writer.flag("Volumes", volumes == OwnVolumes::removed);
        writer.finish();
    };
    co_return co_await begin("Remove", std::move(fill));
}

async::Task<std::vector<GroupStep>> Group::plan(GroupSettings settings)
{
    Engine::Fill fill = [settings](bus::Message& message) { append_group(message, settings); };
    bus::Message reply = co_await engine_->call(method("Plan"), Effect::reads, std::move(fill));
    std::vector<GroupStep> steps;
    reply.enter('a', "(sss)");
    while (reply.enter('r', "sss")) {
        GroupStep& step = steps.emplace_back();
        for (std::string* text : {&step.deed, &step.member, &step.container})
            *text = reply.read_string();
        reply.exit();
    }
    reply.exit();
    co_return steps;
}

async::Task<std::string> Group::describe()
{
    bus::Message reply = co_await engine_->call(method("Describe"), Effect::reads);
    co_return reply.read_string();
}

async::Task<GroupInfo> Group::read()
{
    bus::Message properties = co_await fetch_properties(*engine_, path_, group_interface);
    co_return read_group(path_, properties);
}

} // namespace slipway::client
