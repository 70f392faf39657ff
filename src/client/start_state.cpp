// SPDX-License-Identifier: LGPL-2.1-or-later
// StartState: properties of slipwayd.service (org.freedesktop.systemd1(5)).
#include "client/start_state.hpp"

#include "async/timer.hpp"
#include "client/properties.hpp"

namespace slipway::client {

namespace {

constexpr const char* systemd_name = "org.freedesktop.systemd1";
constexpr const char* unit_object = "/org/freedesktop/systemd1/unit/slipwayd_2eservice";
constexpr std::chrono::seconds systemd_patience{2};

async::Task<StartState> ask(async::EventLoop* loop, Reach reach)
{
    const bus::Connection bus =
        reach == Reach::user ? bus::Connection::open_user(*loop) : bus::Connection::open_system(*loop);
    bus::Message call = bus.make_call(systemd_name, unit_object, "org.freedesktop.DBus.Properties", "GetAll");
    call.append("s", "");
    bus::Message properties = co_await bus.call(std::move(call), systemd_patience);
    StartState state;
    const PropertyTable table{
        {"ActiveState", into(state.active)},
        {"Result", into(state.result)},
        {"ExecMainStatus", into(state.status)},
        {"NRestarts", into(state.restarts)},
    };
    read_properties(properties, table);
    co_return state;
}

} // namespace

async::Task<StartState> start_state(async::EventLoop& loop, Reach reach)
{
    try {
        async::Task<StartState> asking = ask(&loop, reach);
        co_return co_await async::within(loop, systemd_patience, std::move(asking));
    } catch (const Failure&) { // no systemd, or none that we may ask
        co_return StartState{};
    }
}

} // namespace slipway::client
