// SPDX-License-Identifier: LGPL-2.1-or-later
// Wires: a container that nobody is connected to is stopped, where it is to be.
#include "engine/wire/wires.hpp"
#include "netlink/namespaces.hpp"

#include <algorithm>
#include <functional>
#include <memory>

namespace slipway::engine {

bool Wires::has_open_wires(const std::string& target) const
{
    const std::vector<OwnedWire> wires = all();
    return std::ranges::any_of(wires, [this, &target](const OwnedWire& owned) {
        return owned.wire.target == target && counts_of(owned.wire.id).open != 0;
    });
}

async::Task<bool> Wires::has_connections(std::vector<Listener> listeners)
{
    if (!has_passed(listeners))
        co_return false;
    const auto is_connected = std::make_shared<bool>(false);
    // The kernel goes through all sockets of the host.
    std::function<void()> looking = [is_connected, listeners = std::move(listeners)] {
        netlink::TcpSockets sockets{netlink::own_network_namespace()};
        *is_connected = std::ranges::any_of(listeners, [&sockets](const Listener& listener) {
            const std::uint16_t port = tcp_port(listener.kind, listener.address);
            return listener.is_passed() && port != 0 && sockets.count_connected(port) != 0;
        });
    };
    co_await worker_.run(std::move(looking));
    co_return *is_connected;
}

async::Task<bool> Wires::rest(ContainerRef target)
{
    if (target->spec.idle_stop.count() == 0 || !target->is_running())
        co_return false;
    async::Task<bool> looking = has_connections(target->spec.listeners);
    const bool is_connected = co_await looking;
    // Wires last, and nothing is waited for any more: one may have been opened meanwhile.
    if (is_connected || has_open_wires(target->name()) || !target->is_running())
        co_return false;
    async::Task<> stopping = lifecycle_->stop(target, {});
    co_await stopping;
    co_return true;
}

} // namespace slipway::engine
