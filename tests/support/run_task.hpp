// SPDX-License-Identifier: LGPL-2.1-or-later
// run_task: runs one coroutine on a loop to its end, or fails the test at a deadline.
#pragma once

#include "async/event_loop.hpp"
#include "async/task.hpp"
#include "async/timer.hpp"

#include <chrono>

namespace slipway::testing {

// TASK's result or exception; Failure{timed_out} after DEADLINE.
template <typename T>
T run_task(async::EventLoop& loop, async::Task<T> task,
           std::chrono::milliseconds deadline = std::chrono::seconds{10})
{
    const auto limited = [](async::EventLoop& on, async::Task<T> what,
                            std::chrono::milliseconds limit) -> async::Task<T> {
        co_return co_await async::within(on, limit, std::move(what));
    };
    async::Task<T> bounded = limited(loop, std::move(task), deadline);
    bounded.start();
    while (!bounded.is_done())
        loop.run_once(UINT64_MAX);
    return bounded.take();
}

} // namespace slipway::testing
