// SPDX-License-Identifier: LGPL-2.1-or-later
// Options: read by a table of keys.
#include "bus/options.hpp"

namespace slipway::bus {

namespace {

// Thrown by a reader whose value has another type than it wants.
Failure wanted(std::string_view type)
{
    return Failure{ErrorCode::invalid_argument, "wants a value of the D-Bus type " + std::string{type}};
}

void require(Message& message, std::string_view type)
{
    if (message.peek().second != type)
        throw wanted(type);
}

std::string known_keys(const OptionTable& table)
{
    if (table.empty())
        return "none is known here";
    std::string keys;
    for (const auto& [key, reader] : table)
        keys += (keys.empty() ? "known here: " : ", ") + key;
    return keys;
}

} // namespace

OptionReader into(std::string& target)
{
    return [&target](Message& message) {
        require(message, "s");
        const char* text = nullptr;
        message.read("v", "s", &text);
        target = text;
    };
}

OptionReader into(bool& target)
{
    return [&target](Message& message) {
        require(message, "b");
        int value = 0;
        message.read("v", "b", &value);
        target = value != 0;
    };
}

OptionReader into(std::uint32_t& target)
{
    return [&target](Message& message) {
        require(message, "u");
        message.read("v", "u", &target);
    };
}

OptionReader into(std::uint64_t& target)
{
    return [&target](Message& message) {
        require(message, "t");
        message.read("v", "t", &target);
    };
}

OptionReader into(std::optional<std::uint32_t>& target)
{
    return [&target](Message& message) { into(target.emplace())(message); };
}

OptionReader into(std::optional<std::uint64_t>& target)
{
    return [&target](Message& message) { into(target.emplace())(message); };
}

OptionReader into(std::vector<std::string>& target)
{
    return [&target](Message& message) {
        require(message, "as");
        message.enter('v', "as");
        target = message.read_strings();
        message.exit();
    };
}

OptionReader into(std::vector<Fd>& target)
{
    return [&target](Message& message) {
        require(message, "ah");
        message.enter('v', "ah");
        message.enter('a', "h");
        while (message.peek().first != 0)
            target.push_back(message.read_fd());
        message.exit();
        message.exit();
    };
}

OptionReader into(std::map<std::string, std::string>& target)
{
    return [&target](Message& message) {
        require(message, "a{ss}");
        message.enter('v', "a{ss}");
        message.enter('a', "{ss}");
        const char* key = nullptr;
        const char* value = nullptr;
        while (message.read("{ss}", &key, &value))
            target[key] = value;
        message.exit();
        message.exit();
    };
}

OptionReader into(std::map<std::string, std::uint64_t>& target)
{
    return [&target](Message& message) {
        require(message, "a{st}");
        message.enter('v', "a{st}");
        message.enter('a', "{st}");
        const char* key = nullptr;
        std::uint64_t value = 0;
        while (message.read("{st}", &key, &value))
            target[key] = value;
        message.exit();
        message.exit();
    };
}

void read_options(Message& message, const OptionTable& table)
{
    message.enter('a', "{sv}");
    while (message.enter('e', "sv")) {
        const std::string key = message.read_string();
        const auto row = table.find(key);
        if (row == table.end())
            throw Failure{ErrorCode::unknown_option,
                          "unknown option '" + key + "' (" + known_keys(table) + ")"};
        try {
            row->second(message);
        } catch (const Failure& failure) {
            throw failure.within("option '" + key + "'");
        }
        message.exit();
    }
    message.exit();
}

} // namespace slipway::bus
