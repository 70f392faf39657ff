// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: one network more or less for a container that is there, running or not.
#include "engine/network/networks.hpp"

#include <algorithm>
#include <sched.h>

namespace slipway::engine {

async::Task<> Networks::connect(ContainerRef container, Connection connection)
{
    const auto turn = co_await container->turns.take();
    NetworkPlan plan = container->spec.network;
    if (plan.kind != NetworkKind::own && plan.kind != NetworkKind::none)
        throw Failure{ErrorCode::invalid_argument, "the container " + container->name() +
                                                       " has no network of its own to connect to others"};
    if (plan.kind == NetworkKind::none && container->is_running())
        throw Failure{ErrorCode::not_supported,
                      "the container " + container->name() + " was started without networks: stop it first"};
    plan.kind = NetworkKind::own;
    const NetworkSettings settings = settings_of(connection.network);
    add(plan, connection);
    connection = plan.connections.back();
    const NetworkPlan before = container->spec.network;
    container->spec.network = plan;
    std::exception_ptr failure;
    try {
        store_->transact([&] {
            claim_addresses(store_->networks(), settings, connection, container->id(),
                            promised_addresses(connection.network));
            save_plan(container);
        });
        if (container->is_running()) {
            const Fd inside = namespace_of(container->row.state.pid, "net", CLONE_NEWNET, "network");
            co_await add_rules(rules_of(*container));
            std::vector<WireOrder> wires = wires_of(*container);
            WireOrder order = wires.back();
            const auto shared = std::make_shared<Fd>(inside.duplicate());
            std::function<void()> deed = [order, shared] { add_wire(order, *shared); };
            co_await work(std::move(deed));
            async::Task<> naming = serve_names_of(container);
            co_await naming;
            tell_names(*container);
        }
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    if (failure) {
        container->spec.network = before;
        store_->transact([&] {
            store_->networks().drop_addresses(connection.network, container->id());
            save_plan(container);
        });
        std::rethrow_exception(failure);
    }
    observer_->container_changed(container->name());
}

async::Task<> Networks::disconnect(ContainerRef container, std::string network)
{
    const auto turn = co_await container->turns.take();
    std::vector<Connection>& connections = container->spec.network.connections;
    const auto found = std::find_if(connections.begin(), connections.end(),
                                    [&network](const Connection& one) { return one.network == network; });
    if (found == connections.end())
        throw Failure{ErrorCode::invalid_argument,
                      "the container " + container->name() + " is not connected to " + network};
    const Connection connection = *found;
    names_.unset(network, container->id());
    names_changed();
    const RuleSet before = rules_of(*container);
    connections.erase(found);
    // Elsewhere it may no longer ask for names of this network.
    if (container->state == State::running || container->state == State::paused)
        tell_names(*container);
    RuleSet removed = before;
    removed.networks.clear();
    const RuleSet kept = rules_of(*container);
    if (container->is_running()) {
        std::optional<WireOrder> way_out;
        for (WireOrder& order : wires_of(*container))
            if (order.has_default_route)
                way_out = std::move(order);
        const auto inside =
            std::make_shared<Fd>(namespace_of(container->row.state.pid, "net", CLONE_NEWNET, "network"));
        std::function<void()> deed = [rules = rules_, removed, kept, connection, inside, way_out,
                                      id = container->id()] {
            remove_wire(connection.interface, *inside);
            remove_limiter(port_name(id, connection.slot));
            if (way_out)
                route_by(*way_out, *inside); // harmless where it is so already
            rules->remove(removed);
            rules->try_add(kept);
        };
        co_await work(std::move(deed));
        settle_flows(kept.published);
    }
    store_->transact([&] {
        store_->networks().drop_addresses(network, container->id());
        save_plan(container);
    });
    observer_->container_changed(container->name());
}

} // namespace slipway::engine
