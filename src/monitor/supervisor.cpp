// SPDX-License-Identifier: LGPL-2.1-or-later
// Supervisor: its requests, and its end.
#include "monitor/supervisor.hpp"

namespace slipway::monitor {

Supervisor::Supervisor(Loop& loop, Fd socket, Stop without, Events events)
    : stop_{without}, events_{std::move(events)}, session_{loop, std::move(socket),
                                                           [this](const SessionRequest& request) {
                                                               handle(request);
                                                           },
                                                           [this] { events_.stop(stop_); }}
{
}

void Supervisor::handle(const SessionRequest& request)
{
    if (std::holds_alternative<StopOfItsOwn>(request))
        events_.stop(stop_);
    if (const auto* signal = std::get_if<Signal>(&request); signal != nullptr)
        events_.signal(signal->number);
}

} // namespace slipway::monitor
