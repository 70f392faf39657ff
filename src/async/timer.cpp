// SPDX-License-Identifier: LGPL-2.1-or-later
// Timers on sd_event_add_time_relative(3).
#include "async/timer.hpp"

#include <ctime>

namespace slipway::async::detail {

void TimerAwaiter::arm(sd_event_time_handler_t handler, void* userdata)
{
    const auto usec = duration_ > Duration::zero() ? static_cast<std::uint64_t>(duration_.count()) : 0U;
    sd_event_source* source = nullptr;
    check_negative(
        sd_event_add_time_relative(loop_->bare(), &source, CLOCK_MONOTONIC, usec, 1000, handler, userdata),
        "set a timer");
    source_ = Source{source};
}

void TimerAwaiter::await_suspend(std::coroutine_handle<> waiter)
{
    waiter_ = waiter;
    arm(&TimerAwaiter::fired, this);
}

int TimerAwaiter::fired(sd_event_source*, std::uint64_t, void* userdata)
{
    static_cast<TimerAwaiter*>(userdata)->waiter_.resume();
    return 0;
}

} // namespace slipway::async::detail
