// SPDX-License-Identifier: LGPL-2.1-or-later
// Wires: a container that nobody is connected to is stopped, where it is to be.
#include "engine/wire/wires.hpp"
#include "netlink/namespaces.hpp"

#include <algorithm>

namespace slipway::engine {

bool Wires::is_in_use(const Container& target) const
{
    const std::vector<OwnedWire> wires = all();
    if (std::ranges::any_of(wires, [this, &target](const OwnedWire& owned) {
            return owned.wire.target == target.name() && counts_of(owned.wire.id).open != 0;
        }))
        return true;
    if (!has_passed(target.spec.listeners))
        return false;
    netlink::TcpSockets sockets{netlink::own_network_namespace()};
    return std::ranges::any_of(target.spec.listeners, [&sockets](const Listener& listener) {
        const std::uint16_t port = tcp_port(listener.kind, listener.address);
        return listener.is_passed() && port != 0 && sockets.count_connected(port) != 0;
    });
}

async::Task<bool> Wires::rest(ContainerRef target)
{
    if (target->spec.idle_stop.count() == 0 || !target->is_running() || is_in_use(*target))
        co_return false;
    async::Task<> stopping = lifecycle_->stop(target, {});
    co_await stopping;
    co_return true;
}

} // namespace slipway::engine
