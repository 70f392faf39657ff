// SPDX-License-Identifier: LGPL-2.1-or-later
// Lifecycle: containers that last are machines too, so that machinectl and nss-mymachines know them.
#include "placement/machine.hpp"

#include "async/timer.hpp"
#include "engine/container/lifecycle.hpp"
#include "log/log.hpp"

#include <syslog.h>

namespace slipway::engine {

namespace {

// Nobody looks for one that has ended by then, and machined need not hear of it.
constexpr std::chrono::seconds age_of_a_machine{1};

} // namespace

async::Task<> Lifecycle::register_machine(ContainerRef container)
{
    if (own_ids_->is_users() || !placement::is_machine_name(container->name()))
        co_return;
    const RealTime started_at = container->row.state.started_at;
    co_await async::sleep_for(*loop_, age_of_a_machine);
    if (!container->is_running() || container->row.state.started_at != started_at)
        co_return;
    placement::Machine machine{container->name(), container->id(), container->row.state.pid, {}};
    async::Task<std::vector<int>> looking = networks_->ports_of(container);
    machine.links = co_await looking;
    try {
        async::Task<bool> registering = placement::register_machine(networks_->system(), std::move(machine));
        co_await registering;
    } catch (const Failure& failure) {
        if (container->is_running())
            log::line(LOG_WARNING, "%s", failure.message().c_str());
    }
}

} // namespace slipway::engine
