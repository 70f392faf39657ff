// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: what others change in the kernel is noticed and put right.
#include "async/readiness.hpp"
#include "engine/network/bridge.hpp"
#include "engine/network/networks.hpp"
#include "log/log.hpp"
#include "netlink/watch.hpp"

#include <algorithm>
#include <syslog.h>

namespace slipway::engine {

namespace {

// One that ends in the middle of somebody's script, or was undone again, is tried once more by the next
// event.
void log_failure(const Failure& failure)
{
    log::line(LOG_WARNING, "networks cannot be put right: %s", failure.message().c_str());
}

} // namespace

void Networks::recover()
{
    if (own_ids_->is_users())
        return;
    make_default();
    const std::vector<ContainerRef> all = catalog_->all();
    const bool any_runs =
        std::any_of(all.begin(), all.end(), [](const ContainerRef& one) { return !one->is_at_rest(); });
    tasks_->spawn(tidy(any_runs ? Tidying::all : Tidying::what_is_there));
    take_up_logs();
    for (const ContainerRef& container : all)
        if (container->is_running())
            tasks_->spawn(serve_names_of(container));
    // All have been told by now; after a boot the hosts file is still of the time before it.
    names_changed();
    watches_->spawn(watch_rules());
    watches_->spawn(watch_links());
    if (system_->is_open())
        firewall_.emplace(*system_, [this] { tell_firewall_of_all(); });
}

RuleSet Networks::all_rules() const
{
    RuleSet all;
    for (const store::NetworkRow& row : store_->networks().list())
        if (NetworkSettings settings = parse_network_settings(row.settings);
            settings.driver == NetworkDriver::bridge)
            all.networks.push_back(std::move(settings));
    for (const ContainerRef& container : catalog_->all()) {
        if (container->is_at_rest())
            continue;
        RuleSet own = rules_of(*container);
        own.networks.clear(); // are there
        all.append(own);
    }
    for (const auto& spare : spares_) {
        RuleSet own = rules_of(*spare);
        own.networks.clear();
        all.append(own);
    }
    return all;
}

std::map<std::string, BridgePorts> Networks::all_ports() const
{
    std::map<std::string, BridgePorts> bridges;
    for (const ContainerRef& container : catalog_->all()) {
        if (container->is_at_rest())
            continue;
        for (const Connection& connection : container->spec.network.connections) {
            const NetworkSettings& settings = settings_of(connection.network);
            if (settings.driver != NetworkDriver::bridge)
                continue;
            BridgePorts& bridge = bridges[connection.network];
            bridge.settings = settings;
            bridge.ports.push_back({port_name(container->id(), connection.slot), container->name()});
        }
    }
    for (const auto& spare : spares_) {
        BridgePorts& bridge = bridges[spare->network];
        bridge.settings = settings_of(spare->network);
        bridge.ports.push_back({port_name(spare->container, 0), {}});
    }
    return bridges;
}

std::set<std::string> Networks::bridged_networks() const
{
    std::set<std::string> networks;
    for (const ContainerRef& container : catalog_->all())
        if (!container->is_at_rest())
            for (const Connection& connection : container->spec.network.connections)
                if (settings_of(connection.network).driver == NetworkDriver::bridge)
                    networks.insert(connection.network);
    for (const auto& spare : spares_)
        networks.insert(spare->network);
    return networks;
}

async::Task<> Networks::reconcile()
{
    std::function<void()> deed = [rules = rules_, all = all_rules(), bridges = all_ports()] {
        rules->reconcile(all);
        for (const auto& [name, bridge] : bridges)
            rejoin(bridge);
    };
    co_await work(std::move(deed));
    // Of those that came while the rules were not there.
    settle_flows(all_rules().published);
}

// What an earlier engine has left: its spares are gone, and what it did not live to see is not in the tables.
// A host whose containers are all at rest gets no tables before one starts.
async::Task<> Networks::tidy(Tidying tidying)
{
    std::set<std::string> limiters;
    const std::map<std::string, BridgePorts> bridges = all_ports();
    for (const auto& [name, bridge] : bridges)
        for (const BridgePorts::Port& port : bridge.ports)
            limiters.insert(limiter_name(port.name));
    std::function<void()> deed = [rules = rules_, all = all_rules(), bridges, tidying, limiters] {
        remove_other_limiters(limiters);
        if (!rules->try_refill(all) && tidying == Tidying::all)
            rules->reconcile(all);
        for (const auto& [name, bridge] : bridges)
            rejoin(bridge);
    };
    try {
        co_await work(std::move(deed));
        settle_flows(all_rules().published);
    } catch (const Failure& failure) {
        log_failure(failure);
    }
}

async::Task<> Networks::heal()
{
    try {
        co_await reconcile();
    } catch (const Failure& failure) {
        log_failure(failure);
    }
}

async::Task<> Networks::watch_rules()
{
    netlink::RulesWatch watch;
    for (;;) {
        co_await async::readable(*loop_, watch.fd());
        if (watch.read().empty() || bridged_networks().empty())
            continue;
        co_await heal();
        watch.read(); // what we have done ourselves
    }
}

bool Networks::is_undone(const netlink::LinkEvent& event) const
{
    if (std::holds_alternative<netlink::Resync>(event))
        return true;
    // Each start makes many events that are none of these.
    const auto* link_gone = std::get_if<netlink::LinkGone>(&event);
    const auto* address_gone = std::get_if<netlink::AddressGone>(&event);
    const auto* changed = std::get_if<netlink::LinkChanged>(&event);
    if (link_gone == nullptr && address_gone == nullptr &&
        (changed == nullptr || changed->link.kind != "bridge"))
        return false;
    const std::set<std::string> networks = bridged_networks();
    return std::any_of(networks.begin(), networks.end(), [&](const std::string& network) {
        const NetworkSettings& settings = settings_of(network);
        if (link_gone != nullptr)
            return settings.interface == link_gone->name;
        if (address_gone != nullptr)
            return std::any_of(settings.subnets.begin(), settings.subnets.end(),
                               [address_gone](const Subnet& subnet) {
                                   return subnet.gateway == address_gone->prefix.address();
                               });
        if (settings.interface == changed->link.name)
            return !changed->link.is_up;
        // By its alias one is known that has another name now.
        return bridge_alias(settings) == changed->link.alias;
    });
}

async::Task<> Networks::watch_links()
{
    netlink::LinkWatch watch;
    for (;;) {
        co_await async::readable(*loop_, watch.fd());
        const std::vector<netlink::LinkEvent> events = watch.read();
        if (std::none_of(events.begin(), events.end(),
                         [this](const netlink::LinkEvent& event) { return is_undone(event); }))
            continue;
        co_await heal();
    }
}

} // namespace slipway::engine
