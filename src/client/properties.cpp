// SPDX-License-Identifier: LGPL-2.1-or-later
// Properties: readers by type.
#include "client/properties.hpp"

namespace slipway::client {

namespace {

template <typename Value>
PropertyReader number_into(Value& target, const char* type)
{
    return [&target, type](bus::Message& message) { message.read("v", type, &target); };
}

PropertyReader text_into(std::string& target, const char* type)
{
    return [&target, type](bus::Message& message) {
        const char* text = nullptr;
        message.read("v", type, &text);
        target = text;
    };
}

} // namespace

PropertyReader into(std::string& target)
{
    return text_into(target, "s");
}

PropertyReader into_path(std::string& target)
{
    return text_into(target, "o");
}

PropertyReader into(bool& target)
{
    return [&target](bus::Message& message) {
        int value = 0;
        message.read("v", "b", &value);
        target = value != 0;
    };
}

PropertyReader into(std::int32_t& target)
{
    return number_into(target, "i");
}

PropertyReader into(std::uint16_t& target)
{
    return number_into(target, "q");
}

PropertyReader into(std::uint32_t& target)
{
    return number_into(target, "u");
}

PropertyReader into(std::uint64_t& target)
{
    return number_into(target, "t");
}

PropertyReader into(std::vector<std::string>& target)
{
    return [&target](bus::Message& message) {
        message.enter('v', "as");
        target = message.read_strings();
        message.exit();
    };
}

PropertyReader into(std::map<std::string, std::string>& target)
{
    return [&target](bus::Message& message) {
        target.clear();
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

std::string read_path(bus::Message& message)
{
    const char* path = nullptr;
    message.read("o", &path);
    return path;
}

PropertyReader into(std::vector<std::pair<std::string, std::string>>& target)
{
    return [&target](bus::Message& message) {
        target.clear();
        message.enter('v', "a(ss)");
        message.enter('a', "(ss)");
        const char* first = nullptr;
        const char* second = nullptr;
        while (message.read("(ss)", &first, &second))
            target.emplace_back(first, second);
        message.exit();
        message.exit();
    };
}

void read_properties(bus::Message& message, const PropertyTable& table)
{
    message.enter('a', "{sv}");
    while (message.enter('e', "sv")) {
        const std::string key = message.read_string();
        if (const auto row = table.find(key); row != table.end())
            row->second(message);
        else
            message.skip("v");
        message.exit();
    }
    message.exit();
}

async::Task<bus::Message> fetch_properties(Engine& engine, std::string path, std::string interface)
{
    Method method{std::move(path), "org.freedesktop.DBus.Properties", "GetAll"};
    Engine::Fill fill = [interface](bus::Message& message) { message.append("s", interface.c_str()); };
    co_return co_await engine.call(std::move(method), Effect::reads, std::move(fill));
}

} // namespace slipway::client
