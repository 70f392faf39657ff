// SPDX-License-Identifier: LGPL-2.1-or-later
// ManagerInterface: what makes networks, finds them, and takes away those that nobody uses.
#include "api/manager.hpp"
#include "api/paths.hpp"
#include "api/prune_options.hpp"
#include "bus/options.hpp"

namespace slipway::api {

engine::NetworkSpec read_network_spec(bus::Message& message)
{
    engine::NetworkSpec spec;
    const bus::OptionTable table{
        {"Driver", bus::into(spec.driver)},        {"Subnets", bus::into(spec.subnets)},
        {"Gateways", bus::into(spec.gateways)},    {"Ranges", bus::into(spec.ranges)},
        {"IPv4", bus::into(spec.has_ip4)},         {"IPv6", bus::into(spec.has_ip6)},
        {"Internal", bus::into(spec.is_internal)}, {"MTU", bus::into(spec.mtu)},
        {"Interface", bus::into(spec.interface)},  {"Labels", bus::into(spec.labels)},
        {"Options", bus::into(spec.options)}};
    bus::read_options(message, table);
    return spec;
}

async::Task<bus::Message> ManagerInterface::create_network(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_networks);
    const std::string name = call.arguments().read_string();
    engine::NetworkSpec spec = read_network_spec(call.arguments());
    async::Task<std::string> creating = context_->engine.networks.create(name, std::move(spec));
    const std::string made = co_await creating;
    bus::Message reply = call.reply();
    reply.append("o", network_path(made).c_str());
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::find_network(bus::Call call)
{
    const std::string name = call.arguments().read_string();
    bus::Message reply = call.reply();
    reply.append("o", network_path(context_->engine.store.networks().at(name).name).c_str());
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::set_hosts_file(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_networks);
    std::string file = call.arguments().read_string();
    async::Task<> setting = context_->engine.networks.set_hosts_file(std::move(file));
    co_await setting;
    co_return call.reply();
}

async::Task<bus::Message> ManagerInterface::list_hosts(bus::Call call)
{
    co_await context_->authorizer.require(call, inspect);
    const std::string text = context_->engine.networks.hosts_text();
    bus::Message reply = call.reply();
    reply.append("s", text.c_str());
    co_return reply;
}

void ManagerInterface::hosts_file(const std::string&, bus::Message& reply)
{
    reply.append("s", context_->engine.networks.hosts_file().c_str());
}

async::Task<bus::Message> ManagerInterface::prune_networks(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_networks);
    engine::PruneFilter filter;
    bus::OptionTable table;
    add_filter(table, filter);
    bus::read_options(call.arguments(), table);
    std::vector<std::string> removed;
    for (const store::NetworkRow& row : context_->engine.store.networks().list()) {
        const engine::NetworkSettings settings = engine::parse_network_settings(row.settings);
        if (!context_->engine.networks.is_prunable(row.name) || !filter.fits(row.created_at, settings.labels))
            continue;
        async::Task<> removing = context_->engine.networks.remove(row.name);
        co_await removing;
        removed.push_back(row.name);
    }
    bus::Message reply = call.reply();
    reply.append_strings(removed);
    reply.append("t", std::uint64_t{0});
    co_return reply;
}

} // namespace slipway::api
