// SPDX-License-Identifier: LGPL-2.1-or-later
// Lifecycle: starts of containers that have sockets of systemd's. It has them, and hands them to a service
// alone; that one comes back with them (slipway-activate), whoever wanted the start.
#include "engine/container/lifecycle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace slipway::engine {

async::Task<> Lifecycle::listen(ContainerRef container)
{
    if (container->spec.listeners.empty())
        co_return;
    async::Task<> raising = listener_sockets_->raise(container);
    co_await raising;
}

async::Task<Timings> Lifecycle::start_by_sockets(ContainerRef container, Streams streams)
{
    const auto turn = co_await container->activations.take();
    if (!container->is_at_rest())
        throw Failure{ErrorCode::already_running,
                      "the container " + container->name() + " is running already"};
    container->waiting_streams = std::move(streams);
    container->activation_failure.reset();
    std::optional<Failure> failure;
    try {
        async::Task<> starting = listener_sockets_->activate(container);
        co_await starting;
    } catch (const Failure& refused) {
        failure = refused; // NOLINT: a copy is meant
    }
    container->waiting_streams.clear();
    if (container->activation_failure)
        throw *container->activation_failure; // NOLINT: a copy is meant
    if (failure)
        throw *failure; // NOLINT: a copy is meant
    co_return Timings{};
}

namespace {

// Somebody's own unit has them.
std::vector<Listener> take_as_given(const Container& container, const std::vector<Fd>& sockets,
                                    const std::vector<std::string>& names)
{
    ContainerSpec spec = container.spec;
    spec.listeners = listeners_of(sockets, names);
    check_listeners(spec);
    if (!container.is_at_rest())
        throw Failure{ErrorCode::already_running, "the container " + container.name() +
                                                      " runs already, without these sockets: stop it, and "
                                                      "the next connection starts it with them"};
    return spec.listeners;
}

} // namespace

async::Task<> Lifecycle::start_with(ContainerRef container, std::vector<Fd> sockets,
                                    std::vector<std::string> names)
{
    const auto expected = static_cast<std::size_t>(std::count_if(container->spec.listeners.begin(),
                                                                 container->spec.listeners.end(),
                                                                 std::mem_fn(&Listener::is_passed)));
    std::vector<Listener> given;
    if (expected == 0)
        given = take_as_given(*container, sockets, names);
    else if (sockets.size() != expected)
        throw Failure{ErrorCode::invalid_argument,
                      "the container " + container->name() + " has sockets of its own (--listen), " +
                          std::to_string(expected) + ", but " + std::to_string(sockets.size()) +
                          " have come: a unit of somebody else's cannot add to them"};
    Streams streams = std::move(container->waiting_streams);
    container->waiting_streams.clear();
    int number = 0;
    for (Fd& socket : sockets)
        streams[fmt::format("{}{:03}", listening_stream, number++)] = std::move(socket);
    std::exception_ptr failure;
    try {
        async::Task<Timings> starting = start_now(container, std::move(streams), std::move(given));
        co_await starting;
    } catch (const Failure& refused) {
        container->activation_failure = refused; // NOLINT: a copy is meant
        failure = std::current_exception();
    }
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace slipway::engine
