// SPDX-License-Identifier: LGPL-2.1-or-later
// Network: its methods as calls.
#include "client/network.hpp"

#include "client/settings.hpp"

namespace slipway::client {

NetworkInfo read_network(std::string path, bus::Message& properties)
{
    NetworkInfo info;
    info.path = std::move(path);
    read_properties(properties, {
                                    {"Name", into(info.name)},
                                    {"Driver", into(info.driver)},
                                    {"Interface", into(info.interface)},
                                    {"Subnets", into(info.subnets)},
                                    {"Internal", into(info.is_internal)},
                                    {"Labels", into(info.labels)},
                                    {"CreatedTimestamp", into(info.created_usec)},
                                    {"Users", into(info.users)},
                                });
    return info;
}

void append_network(bus::Message& message, const NetworkSettings& settings)
{
    OptionWriter writer{message};
    writer.text("Driver", settings.driver);
    const std::pair<const char*, const std::vector<std::string>*> lists[]{
        {"Subnets", &settings.subnets}, {"Gateways", &settings.gateways}, {"Ranges", &settings.ranges}};
    for (const auto& [key, words] : lists)
        if (!words->empty())
            writer.words(key, *words);
    // Both are so unless told otherwise.
    if (!settings.has_ip4)
        message.append("{sv}", "IPv4", "b", 0);
    if (!settings.has_ip6)
        message.append("{sv}", "IPv6", "b", 0);
    writer.flag("Internal", settings.is_internal);
    if (settings.mtu)
        message.append("{sv}", "MTU", "u", *settings.mtu);
    writer.text("Interface", settings.interface);
    writer.labels("Labels", settings.labels);
    writer.labels("Options", settings.options);
    writer.finish();
}

async::Task<> Network::remove()
{
    Engine::Fill fill = [](bus::Message& message) { OptionWriter{message}.finish(); };
    co_await engine_->call(method("Remove"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<> Network::connect(std::string container, ConnectionSettings settings)
{
    Engine::Fill fill = [container, settings](bus::Message& message) {
        append_text(message, container);
        OptionWriter writer{message};
        writer.text("IPv4Address", settings.ip4);
        writer.text("IPv6Address", settings.ip6);
        writer.text("MACAddress", settings.mac);
        writer.text("Interface", settings.interface);
        if (!settings.aliases.empty())
            writer.words("Aliases", settings.aliases);
        writer.finish();
    };
    co_await engine_->call(method("Connect"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<> Network::disconnect(std::string container)
{
    Engine::Fill fill = [container](bus::Message& message) {
        append_text(message, container);
        OptionWriter{message}.finish();
    };
    co_await engine_->call(method("Disconnect"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<std::string> Network::describe()
{
    bus::Message reply = co_await engine_->call(method("Describe"), Effect::reads);
    co_return reply.read_string();
}

async::Task<> Network::add_record(std::string name, std::string type, std::string data)
{
    Engine::Fill fill = [name, type, data](bus::Message& message) {
        for (const std::string* text : {&name, &type, &data})
            append_text(message, *text);
    };
    co_await engine_->call(method("AddRecord"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<> Network::remove_record(std::string name, std::string type, std::string data)
{
    Engine::Fill fill = [name, type, data](bus::Message& message) {
        for (const std::string* text : {&name, &type, &data})
            append_text(message, *text);
    };
    co_await engine_->call(method("RemoveRecord"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<std::vector<RecordInfo>> Network::records()
{
    bus::Message reply = co_await engine_->call(method("Records"), Effect::reads);
    std::vector<RecordInfo> records;
    reply.enter('a', "(ssss)");
    while (reply.enter('r', "ssss")) {
        RecordInfo& info = records.emplace_back();
        for (std::string* text : {&info.name, &info.type, &info.data, &info.reason})
            *text = reply.read_string();
        reply.exit();
    }
    reply.exit();
    co_return records;
}

async::Task<NetworkInfo> Network::read()
{
    bus::Message properties = co_await fetch_properties(*engine_, path_, network_interface);
    co_return read_network(path_, properties);
}

} // namespace slipway::client
