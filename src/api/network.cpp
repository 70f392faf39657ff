// SPDX-License-Identifier: LGPL-2.1-or-later
// NetworkInterface: networks removed, described, and containers connected to them.
#include "api/network.hpp"

#include "api/paths.hpp"
#include "bus/options.hpp"

#include <array>

namespace slipway::api {

engine::NetworkSettings NetworkInterface::settings(const std::string& path) const
{
    return context_->engine.networks.settings_of(network_name(path));
}

bool NetworkInterface::has(const std::string& path) const
{
    const std::string name = network_name(path);
    return !name.empty() && context_->engine.store.networks().find(name).has_value();
}

async::Task<bus::Message> NetworkInterface::remove(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_networks);
    bus::read_options(call.arguments(), {});
    async::Task<> removing = context_->engine.networks.remove(network_name(call.path()));
    co_await removing;
    co_return call.reply();
}

async::Task<bus::Message> NetworkInterface::connect(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_networks);
    const std::string container = call.arguments().read_string();
    engine::ConnectionWish wish;
    const bus::OptionTable table{{"IPv4Address", bus::into(wish.ip4)},
                                 {"IPv6Address", bus::into(wish.ip6)},
                                 {"MACAddress", bus::into(wish.mac)},
                                 {"Interface", bus::into(wish.interface)},
                                 {"Aliases", bus::into(wish.aliases)}};
    bus::read_options(call.arguments(), table);
    engine::Connection connection = engine::complete(network_name(call.path()), wish);
    engine::Engine& engine = context_->engine;
    async::Task<> connecting =
        engine.networks.connect(engine.catalog.resolve(container), std::move(connection));
    co_await connecting;
    co_return call.reply();
}

async::Task<bus::Message> NetworkInterface::disconnect(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_networks);
    const std::string container = call.arguments().read_string();
    bus::read_options(call.arguments(), {});
    engine::Engine& engine = context_->engine;
    async::Task<> leaving =
        engine.networks.disconnect(engine.catalog.resolve(container), network_name(call.path()));
    co_await leaving;
    co_return call.reply();
}

async::Task<bus::Message> NetworkInterface::describe(bus::Call call)
{
    co_await context_->authorizer.require(call, inspect);
    async::Task<std::string> describing = context_->engine.networks.describe(network_name(call.path()));
    const std::string text = co_await describing;
    bus::Message reply = call.reply();
    reply.append("s", text.c_str());
    co_return reply;
}

async::Task<bus::Message> NetworkInterface::add_record(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_networks);
    std::string name = call.arguments().read_string();
    std::string type = call.arguments().read_string();
    std::string data = call.arguments().read_string();
    async::Task<> adding = context_->engine.networks.add_record(network_name(call.path()), std::move(name),
                                                                std::move(type), std::move(data));
    co_await adding;
    co_return call.reply();
}

async::Task<bus::Message> NetworkInterface::remove_record(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_networks);
    std::string name = call.arguments().read_string();
    std::string type = call.arguments().read_string();
    std::string data = call.arguments().read_string();
    async::Task<> removing = context_->engine.networks.remove_records(
        network_name(call.path()), std::move(name), std::move(type), std::move(data));
    co_await removing;
    co_return call.reply();
}

async::Task<bus::Message> NetworkInterface::records(bus::Call call)
{
    co_await context_->authorizer.require(call, inspect);
    bus::Message reply = call.reply();
    reply.open('a', "(ssss)");
    for (const auto& [record, reason] : context_->engine.networks.answers(network_name(call.path())))
        reply.append("(ssss)", record.name.c_str(), record.type.c_str(), record.data.c_str(), reason.c_str());
    reply.close();
    co_return reply;
}

void NetworkInterface::name(const std::string& path, bus::Message& reply)
{
    reply.append("s", network_name(path).c_str());
}

void NetworkInterface::driver(const std::string& path, bus::Message& reply)
{
    const std::string word{engine::driver_name(settings(path).driver)};
    reply.append("s", word.c_str());
}

void NetworkInterface::interface(const std::string& path, bus::Message& reply)
{
    reply.append("s", settings(path).interface.c_str());
}

void NetworkInterface::subnets(const std::string& path, bus::Message& reply)
{
    reply.open('a', "(ss)");
    for (const engine::Subnet& subnet : settings(path).subnets)
        reply.append("(ss)", subnet.prefix.text().c_str(), subnet.gateway.text().c_str());
    reply.close();
}

void NetworkInterface::internal(const std::string& path, bus::Message& reply)
{
    reply.append("b", settings(path).is_internal ? 1 : 0);
}

void NetworkInterface::labels(const std::string& path, bus::Message& reply)
{
    reply.open('a', "{ss}");
    for (const auto& [key, value] : settings(path).labels)
        reply.append("{ss}", key.c_str(), value.c_str());
    reply.close();
}

void NetworkInterface::created(const std::string& path, bus::Message& reply)
{
    reply.append("t", to_usec(context_->engine.store.networks().at(network_name(path)).created_at));
}

void NetworkInterface::users(const std::string& path, bus::Message& reply)
{
    reply.append_strings(context_->engine.networks.users(network_name(path)));
}

const sd_bus_vtable* NetworkInterface::vtable()
{
    using N = NetworkInterface;
    constexpr auto open_to_all = SD_BUS_VTABLE_UNPRIVILEGED; // polkit decides
    constexpr auto constant = SD_BUS_VTABLE_PROPERTY_CONST;
    static const std::array table{
        sd_bus_vtable SD_BUS_VTABLE_START(0),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Remove", "a{sv}", SD_BUS_PARAM(options), "", ,
                                               bus::serve<&N::remove>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Connect", "sa{sv}",
                                               SD_BUS_PARAM(container) SD_BUS_PARAM(options), "", ,
                                               bus::serve<&N::connect>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Disconnect", "sa{sv}",
                                               SD_BUS_PARAM(container) SD_BUS_PARAM(options), "", ,
                                               bus::serve<&N::disconnect>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Describe", "", , "s", SD_BUS_PARAM(json),
                                               bus::serve<&N::describe>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("AddRecord", "sss",
                                               SD_BUS_PARAM(name) SD_BUS_PARAM(type) SD_BUS_PARAM(data), "", ,
                                               bus::serve<&N::add_record>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("RemoveRecord", "sss",
                                               SD_BUS_PARAM(name) SD_BUS_PARAM(type) SD_BUS_PARAM(data), "", ,
                                               bus::serve<&N::remove_record>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Records", "", , "a(ssss)", SD_BUS_PARAM(records),
                                               bus::serve<&N::records>, open_to_all),
        sd_bus_vtable SD_BUS_PROPERTY("Name", "s", bus::property<&N::name>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Driver", "s", bus::property<&N::driver>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Interface", "s", bus::property<&N::interface>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Subnets", "a(ss)", bus::property<&N::subnets>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Internal", "b", bus::property<&N::internal>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Labels", "a{ss}", bus::property<&N::labels>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("CreatedTimestamp", "t", bus::property<&N::created>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Users", "as", bus::property<&N::users>, 0, 0),
        sd_bus_vtable SD_BUS_VTABLE_END,
    };
    return table.data();
}

} // namespace slipway::api
