// SPDX-License-Identifier: LGPL-2.1-or-later
// EventLoop: made, run, left.
#include "async/event_loop.hpp"

#include "base/failure.hpp"

namespace slipway::async {

EventLoop::EventLoop()
{
    check_negative(sd_event_new(&event_), "make an event loop");
}

EventLoop::~EventLoop()
{
    sd_event_unref(event_);
}

int EventLoop::run()
{
    return check_negative(sd_event_loop(event_), "run the event loop");
}

void EventLoop::run_once(std::uint64_t timeout_usec)
{
    check_negative(sd_event_run(event_, timeout_usec), "run the event loop");
}

} // namespace slipway::async
