// SPDX-License-Identifier: LGPL-2.1-or-later
// Lifecycle: starts that go by systemd, whoever wants them: of containers that have sockets of systemd's, and
// of those that systemd keeps. Its service comes back for the start itself: slipway-activate with the
// sockets, `slipway supervise` as what the container lives by.
#include "async/timer.hpp"
#include "engine/container/lifecycle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace slipway::engine {

struct Lifecycle::Activation {
    bool is_over = false;
    std::optional<Failure> failure;
};

async::Task<> Lifecycle::listen(ContainerRef container)
{
    if (container->spec.listeners.empty())
        co_return;
    async::Task<> raising = listener_sockets_->raise(container);
    co_await raising;
}

async::Task<> Lifecycle::activate(ContainerRef container, std::shared_ptr<Activation> activation)
{
    try {
        async::Task<> starting = has_passed(container->spec.listeners)
                                     ? listener_sockets_->activate(container)
                                     : service_units_->start(container);
        co_await starting;
    } catch (const Failure& refused) {
        activation->failure = refused; // NOLINT: a copy is meant
    }
    activation->is_over = true;
    container->changed.notify();
}

async::Task<Timings> Lifecycle::start_by_systemd(ContainerRef container, Streams streams)
{
    const auto turn = co_await container->activations.take();
    if (!container->is_at_rest())
        throw Failure{ErrorCode::already_running,
                      "the container " + container->name() + " is running already"};
    container->waiting_streams = std::move(streams);
    container->activation_failure.reset();
    const int starts = container->starts;
    const auto activation = std::make_shared<Activation>();
    tasks_->spawn(activate(container, activation));
    // Its service may be ready much later.
    while (!activation->is_over && !container->activation_failure && container->starts == starts)
        co_await container->changed.next();
    container->waiting_streams.clear();
    if (container->starts != starts)
        co_return Timings{};
    const std::optional<Failure> reason =
        container->activation_failure ? container->activation_failure : activation->failure;
    if (!has_passed(container->spec.listeners)) {
        // Whoever asked is told, and decides.
        try {
            async::Task<> stopping = service_units_->stop(placement::service_name(container->name()));
            co_await stopping;
        } catch (const Failure&) { // NOLINT(bugprone-empty-catch)
            // What went wrong first is what counts.
        }
    }
    if (reason)
        throw *reason; // NOLINT: a copy is meant
    co_return Timings{};
}

namespace {

// Somebody's own unit has them.
std::vector<Listener> take_as_given(const Container& container, const GivenStart& given)
{
    ContainerSpec spec = container.spec;
    spec.listeners = listeners_of(given.sockets, given.names);
    check_listeners(spec);
    if (!container.is_at_rest())
        throw Failure{ErrorCode::already_running, "the container " + container.name() +
                                                      " runs already, without these sockets: stop it, and "
                                                      "the next connection starts it with them"};
    return spec.listeners;
}

constexpr std::chrono::seconds last_end_patience{10};

} // namespace

void Lifecycle::disown_unit(const ContainerRef& container)
{
    const std::string& unit = container->row.state.unit;
    // Ours goes as a whole.
    if (unit.empty() || unit == placement::service_name(container->name()))
        return;
    placement::ScopeRequest given;
    given.limits = container->spec.limits;
    for (const std::string& property : container->spec.properties)
        given.properties.push_back(placement::parse_unit_property(property));
    tasks_->spawn(disown_in_background(unit, resource_names(given)));
}

async::Task<> Lifecycle::disown_in_background(std::string unit, std::vector<std::string> properties)
{
    async::Task<> disowning = scopes_->disown(std::move(unit), std::move(properties));
    co_await disowning;
}

// What was there before it: a container whose supervisor was killed is being stopped.
async::Task<> Lifecycle::wait_for_last_end(ContainerRef container)
{
    const auto wait_for_rest = [](ContainerRef one) -> async::Task<> {
        while (!one->is_at_rest())
            co_await one->changed.next();
    };
    async::Task<> waiting = wait_for_rest(container);
    try {
        co_await async::within(*loop_, container->spec.stop_timeout + last_end_patience, std::move(waiting));
    } catch (const Failure&) {
        throw Failure{ErrorCode::timed_out,
                      "the container " + container->name() + " is being stopped, and does not end"};
    }
}

async::Task<> Lifecycle::start_with(ContainerRef container, GivenStart given)
{
    if (given.supervision.pid != 0 && !container->is_at_rest() &&
        (container->is_supervised || container->state == State::stopping))
    {
        async::Task<> waiting = wait_for_last_end(container);
        co_await waiting;
    }
    const auto expected = static_cast<std::size_t>(std::count_if(container->spec.listeners.begin(),
                                                                 container->spec.listeners.end(),
                                                                 std::mem_fn(&Listener::is_passed)));
    StartRequest request;
    if (expected == 0 && !given.sockets.empty())
        request.given = take_as_given(*container, given);
    else if (given.sockets.size() != expected)
        throw Failure{ErrorCode::invalid_argument,
                      "the container " + container->name() + " has sockets of its own (--listen), " +
                          std::to_string(expected) + ", but " + std::to_string(given.sockets.size()) +
                          " have come: a unit of somebody else's cannot add to them"};
    request.streams = std::move(given.streams);
    request.supervision = given.supervision;
    for (auto& [name, stream] : std::exchange(container->waiting_streams, {}))
        request.streams.insert_or_assign(name, std::move(stream));
    int number = 0;
    for (Fd& socket : given.sockets)
        request.streams[fmt::format("{}{:03}", listening_stream, number++)] = std::move(socket);
    std::exception_ptr failure;
    try {
        async::Task<Timings> starting = start_now(container, std::move(request));
        co_await starting;
    } catch (const Failure& refused) {
        container->activation_failure = refused; // NOLINT: a copy is meant
        container->changed.notify();
        failure = std::current_exception();
    }
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace slipway::engine
