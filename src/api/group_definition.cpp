// SPDX-License-Identifier: LGPL-2.1-or-later
// A group's definition as options on D-Bus.
#include "api/group.hpp"
#include "bus/options.hpp"

namespace slipway::api {

namespace {

void read_dependencies(bus::Message& value, std::vector<engine::Dependency>& dependencies)
{
    value.enter('v', "a(ssb)");
    value.enter('a', "(ssb)");
    const char* member = nullptr;
    const char* condition = nullptr;
    int is_required = 0;
    while (value.read("(ssb)", &member, &condition, &is_required))
        dependencies.push_back({member, engine::parse_condition(condition), is_required != 0});
    value.exit();
    value.exit();
}

void read_members(bus::Message& value, std::vector<engine::MemberDefinition>& members)
{
    value.enter('v', "a(sa{sv}a{sv})");
    value.enter('a', "(sa{sv}a{sv})");
    while (value.enter('r', "sa{sv}a{sv}")) {
        engine::MemberDefinition member;
        member.name = value.read_string();
        try {
            member.settings = read_settings(value);
            const bus::OptionTable table{
                {"Replicas", bus::into(member.replicas)},
                {"DependsOn", [&](bus::Message& option) { read_dependencies(option, member.dependencies); }}};
            bus::read_options(value, table);
        } catch (const Failure& failure) {
            throw failure.within("member " + member.name);
        }
        value.exit();
        members.push_back(std::move(member));
    }
    value.exit();
    value.exit();
}

// An a(sa{sv}) of what has a name and options that READ knows.
template <typename Read, typename Value>
void read_named(bus::Message& value, Read read, std::map<std::string, Value>& all)
{
    value.enter('v', "a(sa{sv})");
    value.enter('a', "(sa{sv})");
    while (value.enter('r', "sa{sv}")) {
        const std::string name = value.read_string();
        try {
            all.insert_or_assign(name, read(value));
        } catch (const Failure& failure) {
            throw failure.within(name);
        }
        value.exit();
    }
    value.exit();
    value.exit();
}

} // namespace

async::Task<> require_parts(Context& context, const bus::Call& call,
                            const engine::GroupDefinition& definition)
{
    if (!definition.networks.empty())
        co_await context.authorizer.require(call, manage_networks);
    if (!definition.volumes.empty())
        co_await context.authorizer.require(call, manage_volumes);
}

engine::GroupDefinition read_group_definition(bus::Message& message)
{
    engine::GroupDefinition definition;
    const bus::OptionTable table{
        {"Members", [&](bus::Message& value) { read_members(value, definition.members); }},
        {"Networks", [&](bus::Message& value) { read_named(value, read_network_spec, definition.networks); }},
        {"Volumes",
         [&](bus::Message& value) { read_named(value, read_volume_settings, definition.volumes); }},
        {"Limits", bus::into(definition.limits)},
        {"Labels", bus::into(definition.labels)}};
    bus::read_options(message, table);
    return definition;
}

bus::OptionReader into_optional(std::optional<std::vector<std::string>>& target)
{
    return [&target](bus::Message& value) { bus::into(target.emplace())(value); };
}

engine::ApplyWish read_apply_wish(bus::Message& message)
{
    engine::ApplyWish wish;
    bool is_rolling = false;
    std::string renewal = "changed";
    std::map<std::string, std::string> awaited;
    const bus::OptionTable table{
        {"Rolling", bus::into(is_rolling)},   {"RollingMembers", bus::into(wish.rolling)},
        {"Renew", bus::into(renewal)},        {"Only", into_optional(wish.only)},
        {"Wait", bus::into(wish.is_patient)}, {"Await", bus::into(awaited)}};
    bus::read_options(message, table);
    for (const auto& [member, condition] : awaited)
        wish.awaited[member] = engine::parse_condition(condition);
    wish.replacing = is_rolling ? engine::Replacing::rolling : engine::Replacing::at_once;
    if (renewal == "always")
        wish.renewal = engine::Renewal::always;
    else if (renewal == "never")
        wish.renewal = engine::Renewal::never;
    else if (renewal != "changed")
        throw Failure{ErrorCode::invalid_argument,
                      "Renew is always, changed or never, not '" + renewal + "'"};
    return wish;
}

} // namespace slipway::api
