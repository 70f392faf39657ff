// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: made and removed, found and described.
#include "engine/network/networks.hpp"

#include "base/json.hpp"
#include "engine/network/bridge.hpp"
#include "engine/network/subnets.hpp"
#include "netlink/links.hpp"
#include "oci/image_config.hpp"

#include <algorithm>

namespace slipway::engine {

namespace {

// What `network inspect` says of links.
struct LiveLinks {
    std::optional<netlink::Link> bridge;
    std::set<std::string> ports; // that carry something
};

LiveLinks look(const NetworkSettings& settings)
{
    netlink::Socket host;
    LiveLinks live;
    live.bridge = netlink::find_link(host, settings.interface);
    for (const netlink::Link& link : netlink::links(host))
        if (live.bridge && link.master == live.bridge->index && link.has_carrier)
            live.ports.insert(link.name);
    return live;
}

Json subnets_json(const NetworkSettings& settings)
{
    Json configs = Json::array();
    for (const Subnet& subnet : settings.subnets) {
        Json config{{"Subnet", subnet.prefix.text()}, {"Gateway", subnet.gateway.text()}};
        if (subnet.range)
            config["IPRange"] = subnet.range->text();
        configs.push_back(std::move(config));
    }
    return configs;
}

std::string with_length(const std::optional<IpAddress>& address, const NetworkSettings& settings)
{
    if (!address)
        return {};
    return IpPrefix{*address, settings.find_subnet(address->family())->prefix.length()}.text();
}

} // namespace

Networks::Networks(async::EventLoop& loop, async::TaskScope& tasks, async::TaskScope& watches,
                   store::Store& store, Observer& observer, const Catalog& catalog, const OwnIds& own_ids,
                   placement::Placement& scopes, const bus::Connection& system, std::filesystem::path rules,
                   std::filesystem::path names)
    : loop_{&loop}, tasks_{&tasks}, watches_{&watches}, store_{&store}, observer_{&observer},
      catalog_{&catalog}, own_ids_{&own_ids}, scopes_{&scopes}, system_{&system},
      rules_{std::make_shared<Rules>(std::move(rules))}, names_{std::move(names)}, worker_{loop, 1},
      hosts_writer_{loop, 1}
{
}

async::Task<> Networks::work(std::function<void()> work)
{
    // Whoever comes after a release finds it done.
    if (!released_.is_empty())
        tasks_->spawn(do_release());
    co_await worker_.run(std::move(work));
}

void Networks::make_default()
{
    if (own_ids_->is_users() || store_->networks().find(default_network))
        return;
    const NetworkSettings settings = complete(default_network, {}, with_own(survey_host()));
    store_->networks().insert({default_network, now(), 0, to_json(settings)});
}

// Networks that are not up yet have no routes.
Surveyed Networks::with_own(Surveyed surveyed) const
{
    for (const store::NetworkRow& row : store_->networks().list()) {
        const NetworkSettings settings = parse_network_settings(row.settings);
        if (settings.driver == NetworkDriver::bridge)
            surveyed.interfaces.insert(settings.interface);
        for (const Subnet& subnet : settings.subnets)
            surveyed.prefixes.push_back(subnet.prefix);
        constexpr unsigned ula_length = 48;
        const Subnet* const ip6 = settings.find_subnet(IpFamily::v6);
        if (row.name == default_network && ip6 != nullptr)
            surveyed.ula = IpPrefix{ip6->prefix.address(), ula_length}.network();
    }
    return surveyed;
}

async::Task<std::string> Networks::create(std::string name, NetworkSpec spec)
{
    check_network_name(name);
    if (!makes_any())
        throw Failure{ErrorCode::not_supported, "a user's engine makes no networks (docs/networking.md)"};
    const auto surveyed = std::make_shared<Surveyed>();
    std::function<void()> survey = [surveyed] { *surveyed = survey_host(); };
    co_await work(std::move(survey));
    // Another may have been made meanwhile.
    const NetworkSettings settings = complete(name, spec, with_own(*surveyed));
    store_->networks().insert({name, now(), 0, to_json(settings)});
    std::exception_ptr failure;
    try {
        std::function<void()> raise = [settings] {
            netlink::Socket host;
            if (settings.driver == NetworkDriver::bridge)
                raise_bridge(host, settings);
        };
        co_await work(std::move(raise));
        if (settings.driver == NetworkDriver::bridge) {
            RuleSet added;
            added.networks.push_back(settings);
            co_await add_rules(std::move(added));
        }
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    if (failure) {
        forget(name);
        std::rethrow_exception(failure);
    }
    observer_->network_added(name);
    // What somebody asked for by name is there after a loss of power too.
    const std::filesystem::path database = store_->database_file();
    std::function<void()> settle = [database] { store::checkpoint(database); };
    co_await work(std::move(settle));
    co_return name;
}

async::Task<> Networks::remove(std::string name)
{
    const NetworkSettings settings = settings_of(name);
    if (name == default_network)
        throw Failure{ErrorCode::invalid_argument,
                      "the default network stays, for containers that name none"};
    std::string holders;
    for (const std::string& user : users(name))
        holders += (holders.empty() ? "" : ", ") + user;
    if (!holders.empty())
        throw Failure{ErrorCode::network_in_use, "the network " + name + " is in use by " + holders +
                                                     " (disconnect or remove them first)"};
    drop_spares(name);
    forget(name);
    observer_->network_removed(name);
    if (settings.driver != NetworkDriver::bridge)
        co_return;
    async::Task<> stopping = stop_serving(name);
    co_await stopping;
    std::function<void()> clear = [rules = rules_, settings] {
        netlink::Socket host;
        remove_bridge(host, settings);
        RuleSet removed;
        removed.networks.push_back(settings);
        rules->remove(removed);
    };
    co_await work(std::move(clear));
}

bool Networks::is_prunable(const std::string& name) const
{
    return name != default_network && users(name).empty();
}

// They never change, so they are read once.
const NetworkSettings& Networks::settings_of(const std::string& name) const
{
    auto known = settings_.find(name);
    if (known == settings_.end())
        known = settings_.emplace(name, parse_network_settings(store_->networks().at(name).settings)).first;
    return known->second;
}

void Networks::forget(const std::string& name)
{
    store_->networks().remove(name);
    settings_.erase(name);
}

std::vector<std::string> Networks::users(const std::string& name) const
{
    std::vector<std::string> users;
    for (const ContainerRef& container : catalog_->all())
        for (const Connection& connection : container->spec.network.connections)
            if (connection.network == name)
                users.push_back(container->name());
    return users;
}

std::optional<Addresses> Networks::addresses_of(const Container& container,
                                                const Connection& connection) const
{
    return find_addresses(store_->networks(), connection, container.id());
}

async::Task<std::string> Networks::describe(std::string name)
{
    const store::NetworkRow row = store_->networks().at(name);
    const NetworkSettings settings = parse_network_settings(row.settings);
    const auto live = std::make_shared<LiveLinks>();
    std::function<void()> looking = [live, settings] { *live = look(settings); };
    co_await work(std::move(looking));
    Json containers = Json::object();
    for (const ContainerRef& container : catalog_->all())
        for (const Connection& connection : container->spec.network.connections) {
            const std::optional<Addresses> own = addresses_of(*container, connection);
            if (connection.network != name || !own)
                continue;
            const std::string port = port_name(container->id(), connection.slot);
            containers[container->id()] = {{"Name", container->name()},
                                           {"State", state_name(container->state)},
                                           {"MacAddress", own->mac.text()},
                                           {"IPv4Address", with_length(own->ip4, settings)},
                                           {"IPv6Address", with_length(own->ip6, settings)},
                                           {"Interface", connection.interface},
                                           {"Port", settings.driver == NetworkDriver::bridge ? port : ""},
                                           {"Connected", settings.driver == NetworkDriver::bridge
                                                             ? live->ports.contains(port)
                                                             : container->is_running()}};
        }
    const Json json{
        {"Name", row.name},
        {"Driver", driver_name(settings.driver)},
        {"Scope", "local"},
        {"Created", oci::rfc3339(row.created_at)},
        {"Internal", settings.is_internal},
        {"EnableIPv4", settings.find_subnet(IpFamily::v4) != nullptr},
        {"EnableIPv6", settings.find_subnet(IpFamily::v6) != nullptr},
        {"IPAM", {{"Driver", "default"}, {"Config", subnets_json(settings)}}},
        {"Interface", settings.interface},
        {"Mode", settings.mode},
        {"MTU", live->bridge ? live->bridge->mtu : settings.mtu},
        {"Up", live->bridge.has_value() && live->bridge->is_up},
        {"Labels", settings.labels},
        {"Containers", containers},
    };
    co_return json_text(json, StrayBytes::replaced);
}

} // namespace slipway::engine
