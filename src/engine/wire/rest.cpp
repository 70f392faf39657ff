// SPDX-License-Identifier: LGPL-2.1-or-later
// Wires: a container that nobody is connected to is stopped, where it is to be.
#include "engine/wire/wires.hpp"

#include <algorithm>

namespace slipway::engine {

bool Wires::is_in_use(const Container& target) const
{
    return std::ranges::any_of(all(), [this, &target](const OwnedWire& owned) {
        return owned.wire.target == target.name() && counts_of(owned.wire.id).open != 0;
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
