// SPDX-License-Identifier: LGPL-2.1-or-later
// Engine: calls with their second attempt, and failures of the way told from failures of the deed.
#include "client/engine.hpp"

#include "async/timer.hpp"
#include "client/start_state.hpp"

#include <string_view>

namespace slipway::client {

namespace {

// How long an engine that is being started may be silent before systemd is asked.
constexpr std::chrono::seconds first_patience{2};
constexpr std::chrono::seconds between_looks{1};

// What a broker says of an engine that it cannot start.
bool is_unreachable(const bus::RemoteFailure& failure)
{
    const std::string_view name = failure.name();
    return failure.code() == ErrorCode::unavailable ||
           name.starts_with("org.freedesktop.DBus.Error.Spawn.") ||
           name.starts_with("org.freedesktop.systemd1.");
}

[[noreturn]] void throw_translated(const bus::RemoteFailure& failure)
{
    const std::string_view name = failure.name();
    if (name.starts_with(bus::error_prefix))
        throw failure;
    if (is_unreachable(failure))
        throw bus::RemoteFailure{ErrorCode::unavailable, failure.name(),
                                 "cannot reach the engine: " + failure.message()};
    if (name == SD_BUS_ERROR_ACCESS_DENIED)
        throw bus::RemoteFailure{ErrorCode::access_denied, failure.name(),
                                 "the system bus does not let you call the engine"};
    if (name == SD_BUS_ERROR_NO_REPLY || name == SD_BUS_ERROR_TIMEOUT)
        throw bus::RemoteFailure{ErrorCode::timed_out, failure.name(), "the engine does not answer"};
    throw failure;
}

} // namespace

Engine::Engine(async::EventLoop& loop, Connector connector, Interaction interaction)
    : loop_{&loop}, connector_{std::move(connector)}, interaction_{interaction}
{
}

Link& Engine::link()
{
    if (link_ && !link_->connection().is_open())
        lost_.push_back(std::move(link_));
    if (!link_)
        link_ = connector_(*loop_);
    return *link_;
}

void Engine::disconnect() noexcept
{
    link_.reset();
}

// systemd holds the socket open while it tries to start the engine, for ever if need be; so it is asked how
// that goes. One that was killed and comes again has restarted too, but does not go on doing so.
async::Task<bool> Engine::settled(Link* link)
{
    const auto end = std::chrono::steady_clock::now() + bus::default_call_timeout;
    std::optional<std::uint32_t> restarts;
    for (;;) {
        bool is_silent = false;
        try {
            async::Task<bool> settling = link->settle();
            co_return co_await async::within(*loop_, restarts ? between_looks : first_patience,
                                             std::move(settling));
        } catch (const Failure& failure) {
            is_silent = failure.code() == ErrorCode::timed_out && std::chrono::steady_clock::now() < end;
            if (!is_silent)
                throw;
        }
        async::Task<StartState> asking = start_state(*loop_, link->reach());
        const StartState state = co_await asking;
        const bool fails = state.active == "failed" ||
                           (state.active == "activating" && restarts && state.restarts > *restarts + 1);
        if (fails)
            throw Failure{ErrorCode::unavailable,
                          "the engine cannot start: slipwayd.service fails again and again (" + state.result +
                              ", status " + std::to_string(state.status) + ")"};
        if (!restarts)
            restarts = state.restarts;
    }
}

async::Task<bus::Message> Engine::call(Method method, Effect effect, Fill fill, bus::CallTimeout timeout)
{
    for (bool is_second = false;; is_second = true) {
        Link* const used = &link();
        bool was_sent = false;
        async::Task<bool> settling = settled(used);
        const bool is_ready = co_await settling;
        if (is_ready) {
            bus::Message message = make_message(*used, method, fill);
            try {
                co_return co_await used->connection().call(std::move(message), timeout);
            } catch (const bus::RemoteFailure& failure) {
                if (!bus::is_lost(failure))
                    throw_translated(failure);
                was_sent = true;
            } catch (const Failure&) {
                // A connection that was found lost when sending took nothing.
                if (used->connection().is_open())
                    throw;
            }
        }

        if (link_.get() == used)
            lost_.push_back(std::move(link_));
        if (was_sent && effect == Effect::changes)
            throw Failure{ErrorCode::unavailable,
                          "the engine ended before it answered; what was asked may have been done or not"};
        if (is_second)
            throw Failure{ErrorCode::unavailable, "the engine ended before it answered"};
    }
}

bus::Message Engine::make_message(const Link& link, const Method& method, const Fill& fill) const
{
    bus::Message message =
        link.connection().make_call(link.destination(), method.path, method.interface, method.member);
    if (interaction_ == Interaction::allowed)
        check_negative(sd_bus_message_set_allow_interactive_authorization(message.bare(), 1),
                       "write a D-Bus message");
    if (fill)
        fill(message);
    return message;
}

bus::Slot Engine::hear(const std::string& path, const std::string& interface, const std::string& member,
                       bus::Connection::OnSignal handler)
{
    const Link& present = link();
    return present.connection().match_signal(present.destination(), path, interface, member,
                                             std::move(handler));
}

} // namespace slipway::client
