// SPDX-License-Identifier: LGPL-2.1-or-later
// Remove: a container and all that is its alone.
#include "engine/container/event_log.hpp"
#include "engine/container/lifecycle.hpp"

#include <algorithm>

namespace slipway::engine {

namespace {

// The database's log grows by some 40 KiB in the life of a short container.
constexpr int removals_per_checkpoint = 100;

} // namespace

async::Task<> Lifecycle::remove(ContainerRef container, Force force, OwnVolumes volumes)
{
    if (!container->is_at_rest() && force == Force::no)
        throw Failure{ErrorCode::container_running,
                      "the container " + container->name() +
                          " is running (stop it first, or remove it with force)"};
    if (container->is_running()) {
        async::Task<> killing = kill(container, SIGKILL);
        co_await killing;
        while (container->is_running())
            co_await container->changed.next();
    }
    co_await remove_at_rest(container, volumes);
}

async::Task<> Lifecycle::remove_at_rest(ContainerRef container, OwnVolumes fate)
{
    const auto turn = co_await container->turns.take();
    // Another removal, or that of an ended --rm container, may have come first.
    if (catalog_.find(container->name()) != container)
        co_return;
    if (!container->is_at_rest())
        throw Failure{ErrorCode::container_running,
                      "the container " + container->name() + " was started meanwhile"};
    std::vector<std::string> volumes;
    if (fate == OwnVolumes::removed || container->row.auto_remove)
        volumes = own_volumes(container);
    std::vector<store::Trash> trash = store_->remove_container(container->id(), volumes);
    catalog_.remove(container->name());
    for (const std::string& volume : volumes)
        observer_->volume_removed(volume);
    for (const Wire& wire : container->spec.wires) {
        wire_sockets_->forget(wire.id);
        observer_->wire_removed(wire.id);
    }
    for (const Listener& listener : container->spec.listeners)
        if (!listener.is_passed()) {
            wire_sockets_->forget(listener.id);
            observer_->wire_removed(listener.id);
        }
    if (container->spec.restart.is_any()) {
        async::Task<> forgetting = service_units_->forget(container);
        co_await forgetting;
    }
    log_event(*container, ContainerEvent::removed);
    observer_->container_removed(container->name());
    container->changed.notify();
    discard(std::move(trash));
    if (!container->spec.listeners.empty()) {
        async::Task<> forgetting = listener_sockets_->forget(container);
        co_await forgetting;
    }
    const std::string& group = container->spec.membership.group;
    const std::vector<ContainerRef> all = catalog_.all();
    if (!group.empty() && std::none_of(all.begin(), all.end(), [&group](const ContainerRef& other) {
            return other->spec.membership.group == group;
        }))
    {
        async::Task<> stopping = scopes_->stop_unit(slice_of(group)); // with its last member
        co_await stopping;
    }
    if (++removals_since_checkpoint_ >= removals_per_checkpoint) {
        removals_since_checkpoint_ = 0;
        tasks_->spawn(checkpoint_in_background());
    }
}

async::Task<> Lifecycle::checkpoint_in_background()
{
    const std::filesystem::path database = store_->database_file();
    std::function<void()> work = [database] { store::checkpoint(database); };
    co_await workers_->run(std::move(work));
}

void Lifecycle::discard(std::vector<store::Trash> trash)
{
    if (!trash.empty())
        tasks_->spawn(discard_in_background(std::move(trash)));
}

async::Task<> Lifecycle::discard_in_background(std::vector<store::Trash> trash)
{
    std::function<void()> work = own_ids_->removal(std::move(trash));
    co_await workers_->run(std::move(work));
}

} // namespace slipway::engine
