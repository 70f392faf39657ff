// SPDX-License-Identifier: LGPL-2.1-or-later
// Restart: a stop and a start; and what becomes of a container that is unhealthy.
#include "engine/container/lifecycle.hpp"
#include "log/log.hpp"

#include <syslog.h>

namespace slipway::engine {

async::Task<> Lifecycle::restart(ContainerRef container, StopRequest request)
{
    if (container->row.auto_remove && container->is_running())
        throw Failure{ErrorCode::invalid_argument, "the container " + container->name() +
                                                       " is removed when it has ended (--rm): there would be "
                                                       "nothing to start again"};
    if (container->is_running()) {
        async::Task<> stopping = stop(container, request);
        co_await stopping;
    }
    async::Task<Timings> starting = start(container, {});
    co_await starting;
}

HealthReport Lifecycle::health_of(const ContainerRef& container) const
{
    // Nobody writes down what nobody looks after: no start of such a container is to look.
    if (!container->spec.health && !container->spec.notifies)
        return {};
    return find_health(run_directory_of(container) / "health");
}

void Lifecycle::see_health(const ContainerRef& container, Health health)
{
    if (std::exchange(container->health, health) == health)
        return;
    if (container->state == State::running || container->state == State::paused) {
        networks_->tell_names(*container);
        if (health == Health::unhealthy && container->spec.on_unhealthy != OnUnhealthy::none)
            tasks_->spawn(act_on_illness(container));
    }
    observer_->container_changed(container->name());
    container->changed.notify();
}

async::Task<> Lifecycle::act_on_illness(ContainerRef container)
{
    log::line(LOG_NOTICE, "the container %s is unhealthy: %s", container->name().c_str(),
              container->spec.on_unhealthy == OnUnhealthy::restart ? "it is restarted" : "it is stopped");
    try {
        async::Task<> acting = container->spec.on_unhealthy == OnUnhealthy::restart ? restart(container, {})
                                                                                    : stop(container, {});
        co_await acting;
    } catch (const Failure& failure) {
        // Somebody may have been quicker.
        log::line(LOG_WARNING, "the container %s, which was unhealthy: %s", container->name().c_str(),
                  failure.message().c_str());
    }
}

} // namespace slipway::engine
