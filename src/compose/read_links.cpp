// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers of what binds services to each other, and of devices and hooks.
#include "compose/read_parts.hpp"

#include <algorithm>

namespace slipway::compose::read {

namespace {

Dependency dependency(const Value& value)
{
    using Condition = Dependency::Condition;
    Dependency dependency;
    Fields fields{value};
    fields.take("condition", dependency.condition, [](const Value& each) {
        const std::string found = text(each);
        if (found == "service_started")
            return Condition::started;
        if (found == "service_healthy")
            return Condition::healthy;
        if (found == "service_completed_successfully")
            return Condition::completed;
        each.refuse(
            in_quotes(found) +
            " is no condition; service_started, service_healthy and service_completed_successfully are");
    });
    fields.take("required", dependency.is_required, flag);
    fields.take("restart", dependency.restarts, flag);
    fields.finish();
    return dependency;
}

Device device(const Value& value)
{
    Device device;
    if (value.node().is_mapping()) {
        Fields fields{value};
        fields.take("source", device.source, word);
        fields.take("target", device.target, text);
        fields.take("permissions", device.permissions, word);
        fields.finish();
        if (device.source.empty())
            fields.refuse("has no source");
    } else {
        std::string_view rest = value.node().text;
        static_cast<void>(word(value));
        const auto take = [&rest] {
            const std::size_t colon = rest.find(':');
            const std::string_view part = rest.substr(0, colon);
            rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
            return std::string{part};
        };
        // "vendor.com/class=device" is a CDI name.
        if (!rest.starts_with('/') && rest.find('=') != std::string_view::npos) {
            device.source = rest;
            return device;
        }
        device.source = take();
        device.target = take();
        if (!rest.empty())
            device.permissions = rest;
        // "/dev/fuse:rw" has no target.
        if (!device.target.empty() && !device.target.starts_with('/') && rest.empty())
            device.permissions = std::exchange(device.target, {});
    }
    const bool is_cdi = !device.source.starts_with('/') && device.source.find('=') != std::string::npos;
    if (device.target.empty() && !is_cdi)
        device.target = device.source;
    if (!is_cdi && (!device.source.starts_with('/') || !device.target.starts_with('/')))
        value.refuse(
            "is not HOST_PATH[:CONTAINER_PATH][:rwm], nor a CDI name such as vendor.com/class=device");
    if (device.permissions.find_first_not_of("rwm") != std::string::npos)
        value.refuse(in_quotes(device.permissions) + " are no permissions; r, w and m are");
    return device;
}

Hook hook(const Value& value, bool is_own_container)
{
    Hook hook;
    Fields fields{value};
    fields.take("command", hook.command, command);
    fields.take("user", hook.user, text);
    fields.take("working_dir", hook.working_directory, text);
    fields.take("environment", hook.environment, key_values);
    for (auto& [name, each] : hook.environment)
        if (!each)
            each = value.source().environment->find(name);
    fields.take("privileged", hook.is_privileged, flag);
    if (is_own_container) {
        fields.take("image", hook.image, word);
        fields.take("per_replica", hook.is_per_replica, flag);
    }
    fields.finish();
    if (hook.command.empty() && !is_own_container)
        fields.refuse("has no command");
    return hook;
}

} // namespace

std::map<std::string, Dependency> dependencies(const Value& value)
{
    std::map<std::string, Dependency> result;
    if (value.node().is_list()) {
        for (const Value& entry : value.entries())
            result[word(entry)];
        return result;
    }
    for (const auto& [name, member] : value.members(Value::Keys::of_specification))
        result[name] = dependency(member);
    return result;
}

std::vector<Device> devices(const Value& value)
{
    std::vector<Device> result;
    std::map<std::string, std::size_t> places;
    for (const Value& entry : value.entries()) {
        Device each = device(entry);
        const auto [place, is_new] =
            places.try_emplace(each.target.empty() ? each.source : each.target, result.size());
        if (is_new)
            result.push_back(std::move(each));
        else
            result[place->second] = std::move(each);
    }
    return result;
}

std::vector<Hook> hooks(const Value& value)
{
    std::vector<Hook> result;
    for (const Value& entry : value.entries())
        result.push_back(hook(entry, false));
    return result;
}

std::vector<Hook> start_hooks(const Value& value)
{
    std::vector<Hook> result;
    for (const Value& entry : value.entries())
        result.push_back(hook(entry, true));
    return result;
}

Sharing sharing(const Value& value)
{
    using With = Sharing::With;
    const std::string found = text(value);
    for (const auto& [prefix, with] : {std::pair{"service:", With::service}, {"container:", With::container}})
        if (found.starts_with(prefix)) {
            std::string name = found.substr(std::string_view{prefix}.size());
            if (name.empty())
                value.refuse("has no name behind the colon");
            return {with, std::move(name)};
        }
    for (const auto& [each, with] : {std::pair{"", With::unset},
                                     {"private", With::own},
                                     {"shareable", With::shareable},
                                     {"none", With::none},
                                     {"host", With::host}})
        if (found == each)
            return {with, {}};
    return {With::other, found};
}

} // namespace slipway::compose::read
