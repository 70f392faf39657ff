// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: containers connected at their start.
#include "engine/container/id_ranges.hpp"
#include "engine/network/networks.hpp"
#include "engine/network/port_hold.hpp"
#include "engine/network/stale_flows.hpp"

#include <algorithm>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>

namespace slipway::engine {

namespace {

kernel::IdRanges ids_of(const ContainerSpec& spec)
{
    if (!spec.first_host_id)
        return {};
    const std::vector<kernel::IdRange> range{{0, *spec.first_host_id, ids_per_container}};
    return {range, range};
}

} // namespace

void Networks::check(NetworkPlan& plan) const
{
    if (own_ids_->is_users())
        check_for_user(plan);
    else if (plan.kind == NetworkKind::relay)
        throw Failure{
            ErrorCode::not_supported,
            plan.other +
                " is for containers of a user's engine (slipway --user); this one has networks of its own"};
    if (plan.kind == NetworkKind::container) {
        const ContainerRef other = catalog_->resolve(plan.other);
        if (other->spec.network.kind == NetworkKind::container)
            throw Failure{ErrorCode::invalid_argument,
                          "the container " + other->name() + " has another one's network itself: name that"};
        plan.other = other->id();
    }
    for (const Connection& connection : plan.connections)
        store_->networks().at(connection.network);
}

void Networks::claim(const std::string& container, const NetworkPlan& plan)
{
    for (const Connection& connection : plan.connections) {
        std::set<IpAddress> asked;
        for (const std::optional<IpAddress>& address : {connection.ip4, connection.ip6})
            if (address)
                asked.insert(*address);
        if (!asked.empty())
            drop_spares(connection.network, asked);
        claim_addresses(store_->networks(), settings_of(connection.network), connection, container,
                        promised_addresses(connection.network));
    }
}

std::vector<WireOrder> Networks::wires_of(const Container& container) const
{
    std::vector<WireOrder> wires;
    for (const Connection& connection : container.spec.network.connections) {
        const std::optional<Addresses> own = addresses_of(container, connection);
        if (!own)
            throw Failure{ErrorCode::start_failed, "the container " + container.name() +
                                                       " has no address of the network " +
                                                       connection.network};
        wires.push_back({connection.network, settings_of(connection.network), *own, connection.interface,
                         port_name(container.id(), connection.slot), container.name(), false,
                         container.spec.network.bandwidth});
    }
    // The first network that leads anywhere.
    const auto way_out = std::find_if(wires.begin(), wires.end(),
                                      [](const WireOrder& order) { return !order.settings.is_internal; });
    if (way_out != wires.end())
        way_out->has_default_route = true;
    return wires;
}

NameGround Networks::name_ground(const Container& container) const
{
    NameGround ground;
    for (const Connection& connection : container.spec.network.connections) {
        const NetworkSettings settings = settings_of(connection.network);
        if (const std::optional<Addresses> own = addresses_of(container, connection))
            for (const std::optional<IpAddress>& address : {own->ip4, own->ip6})
                if (address)
                    ground.addresses.push_back(*address);
        if (settings.driver != NetworkDriver::bridge)
            continue;
        for (const Subnet& subnet : settings.subnets)
            ground.servers.push_back(subnet.gateway);
    }
    if (!ground.servers.empty())
        ground.host = ground.servers.front();
    return ground;
}

RuleSet Networks::rules_of(const Container& container) const
{
    RuleSet rules;
    std::optional<Addresses> target; // of the first bridge, which published ports lead to
    for (const Connection& connection : container.spec.network.connections) {
        const std::optional<Addresses> own = addresses_of(container, connection);
        const NetworkSettings settings = settings_of(connection.network);
        if (!own || settings.driver != NetworkDriver::bridge)
            continue;
        rules.networks.push_back(settings);
        rules.members.push_back({port_name(container.id(), connection.slot), *own});
        if (!target && !settings.is_internal)
            target = own;
    }
    if (target)
        for (const PublishedPort& port : container.spec.network.ports)
            if (port.host_port != 0)
                rules.published.push_back({port, *target});
    return rules;
}

async::Task<> Networks::add_rules(RuleSet added)
{
    const auto is_added = std::make_shared<bool>(false);
    std::function<void()> deed = [rules = rules_, added, is_added] { *is_added = rules->try_add(added); };
    co_await work(std::move(deed));
    if (!*is_added) {
        co_await reconcile();
        std::function<void()> again = [rules = rules_, added] {
            if (!rules->try_add(added))
                throw Failure{ErrorCode::not_supported,
                              "nftables has not got our tables though they were loaded"};
        };
        co_await work(std::move(again));
    }
    settle_flows(std::move(added.published));
}

// A start does not wait for it.
void Networks::settle_flows(std::vector<RulePublished> published)
{
    if (has_datagrams(published))
        tasks_->spawn(do_settle_flows(std::move(published)));
}

async::Task<> Networks::do_settle_flows(std::vector<RulePublished> published)
{
    std::function<void()> deed = [published = std::move(published)] { forget_flows_past(published); };
    co_await work(std::move(deed));
}

std::vector<Fd> Networks::hold(const ContainerRef& container)
{
    NetworkPlan& plan = container->spec.network;
    if (plan.ports.empty())
        return {};
    std::vector<PublishedPort> ports = plan.ports;
    for (const ContainerRef& other : catalog_->all()) {
        if (other == container || other->is_at_rest())
            continue;
        for (const PublishedPort& theirs : other->spec.network.ports)
            for (const PublishedPort& own : ports)
                if (!own.is_any && collide(own, theirs))
                    throw Failure{ErrorCode::port_taken,
                                  "the host's port " + Port{own.port.protocol, own.host_port}.text() +
                                      " is published by the container " + other->name() +
                                      " (publish another, or leave it open which: -p " +
                                      std::to_string(own.port.number) + ")"};
    }
    const Holder holder = plan.kind == NetworkKind::relay ? Holder::relay : Holder::for_good;
    std::vector<Fd> held;
    try {
        held = hold_ports(ports, holder);
    } catch (const Failure& failure) {
        // One that was chosen for an earlier start is somebody's now; nobody minds another.
        const bool has_any =
            std::any_of(ports.begin(), ports.end(), [](const PublishedPort& port) { return port.is_any; });
        if (failure.code() != ErrorCode::port_taken || !has_any)
            throw;
        for (PublishedPort& port : ports)
            if (port.is_any)
                port.host_port = 0;
        held = hold_ports(ports, holder);
    }
    if (ports != plan.ports) {
        plan.ports = std::move(ports);
        save_plan(container);
    }
    return held;
}

void Networks::save_plan(const ContainerRef& container)
{
    container->row.spec = to_json(container->spec);
    store_->containers().update_spec(container->id(), container->row.spec);
}

async::Task<Attachment> Networks::attach(ContainerRef container)
{
    switch (container->spec.network.kind) {
    case NetworkKind::own:
        co_return co_await attach_own(container);
    case NetworkKind::relay:
        co_return co_await attach_by_relay(container);
    case NetworkKind::container:
    case NetworkKind::path:
        co_return attach_to(*container);
    case NetworkKind::none:
        if (!container->spec.wires.empty())
            co_return co_await attach_own(container);
        break;
    case NetworkKind::host:
        break;
    }
    co_return Attachment{};
}

Attachment Networks::attach_to(const Container& container) const
{
    const NetworkPlan& plan = container.spec.network;
    Attachment attachment;
    if (plan.kind == NetworkKind::path) {
        attachment.network = open_namespace(plan.other, CLONE_NEWNET, "network");
        return attachment;
    }
    const auto all = catalog_->all();
    const auto other = std::find_if(all.begin(), all.end(), [&plan](const ContainerRef& candidate) {
        return candidate->id() == plan.other;
    });
    if (other == all.end() || !(*other)->is_running())
        throw Failure{ErrorCode::not_running,
                      "the container whose network " + container.name() + " shares " +
                          (other == all.end() ? "is gone" : "is not running: " + (*other)->name())};
    const pid_t process = (*other)->row.state.pid;
    attachment.network = namespace_of(process, "net", CLONE_NEWNET, "network");
    if (container.spec.first_host_id || own_ids_->is_users())
        attachment.user = namespace_of(process, "user", CLONE_NEWUSER, "user");
    return attachment;
}

// One whose row was lost and written anew has lost its addresses with it.
void Networks::claim_what_is_missing(const Container& container)
{
    store_->transact([&] {
        for (const Connection& connection : container.spec.network.connections)
            if (!addresses_of(container, connection))
                claim_addresses(store_->networks(), settings_of(connection.network), connection,
                                container.id(), promised_addresses(connection.network));
    });
}

async::Task<Attachment> Networks::attach_own(ContainerRef container)
{
    Attachment attachment;
    attachment.held = hold(container);
    if (const std::shared_ptr<Spare> spare = std::move(container->spare)) {
        RuleSet ports = rules_of(*container);
        ports.members.clear(); // are there
        if (!ports.published.empty())
            co_await add_rules(std::move(ports));
        tasks_->spawn(name_port(port_name(container->id(), 0), container->name()));
        attachment.user = std::move(spare->namespaces.user);
        attachment.network = std::move(spare->namespaces.network);
        co_return attachment;
    }
    claim_what_is_missing(*container);
    NamespaceOrder order{ids_of(container->spec), wires_of(*container)};
    const auto made = std::make_shared<WiredNamespaces>();
    const auto is_ruled = std::make_shared<bool>(true);
    RuleSet own = rules_of(*container);
    std::function<void()> deed = [rules = rules_, order = std::move(order), own, made, is_ruled] {
        *is_ruled = own.networks.empty() || rules->try_add(own);
        *made = wire(order);
    };
    co_await work(std::move(deed));
    if (*is_ruled)
        settle_flows(std::move(own.published));
    else
        co_await add_rules(std::move(own));
    attachment.user = std::move(made->user);
    attachment.network = std::move(made->network);
    co_return attachment;
}

async::Task<> Networks::name_port(std::string port, std::string alias)
{
    std::function<void()> deed = [port, alias] { set_port_alias(port, alias); };
    try {
        co_await work(std::move(deed));
    } catch (const Failure&) {
        co_return; // the container has ended at once
    }
}

async::Task<std::vector<int>> Networks::ports_of(ContainerRef container)
{
    std::vector<std::string> names;
    for (const RuleMember& member : rules_of(*container).members)
        names.push_back(member.port);
    const auto found = std::make_shared<std::vector<int>>();
    std::function<void()> deed = [names = std::move(names), found] { *found = find_ports(names); };
    if (!rules_of(*container).members.empty())
        co_await work(std::move(deed));
    co_return std::move(*found);
}

void Networks::release(const ContainerRef& container)
{
    if (container->spec.network.kind != NetworkKind::own)
        return;
    RuleSet own = rules_of(*container);
    own.networks.clear();
    if (container->spec.network.bandwidth.up != 0)
        for (const RuleMember& member : own.members)
            tasks_->spawn(free_limiter(member.port));
    released_.append(own);
    if (!released_.is_empty() && releases_ == 0)
        tasks_->spawn(do_release());
}

async::Task<> Networks::free_limiter(std::string port)
{
    std::function<void()> deed = [port] { remove_limiter(port); };
    co_await work(std::move(deed));
}

// The kernel makes each transaction that takes away wait, and of a group that stops all are released at once.
async::Task<> Networks::do_release()
{
    struct Counted {
        unsigned* count;
        explicit Counted(unsigned& of) : count{&of} { ++of; }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;
        ~Counted() { --*count; }
    };
    const Counted counted{releases_};
    do {
        std::function<void()> deed = [rules = rules_, removed = std::exchange(released_, {})] {
            rules->remove(removed);
            forget_flows_to(removed.published);
        };
        co_await worker_.run(std::move(deed));
    } while (!released_.is_empty());
}

} // namespace slipway::engine
