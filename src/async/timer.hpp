// SPDX-License-Identifier: LGPL-2.1-or-later
// sleep_for and within: waiting for a time, and waiting for a task no longer than that.
#pragma once

#include "async/event_loop.hpp"
#include "async/task.hpp"
#include "base/failure.hpp"

#include <chrono>
#include <memory>

namespace slipway::async {

using Duration = std::chrono::microseconds;

namespace detail {

// One monotonic timer that resumes a coroutine.
class TimerAwaiter {
  public:
    TimerAwaiter(EventLoop& loop, Duration duration) noexcept : loop_{&loop}, duration_{duration} {}
    TimerAwaiter(const TimerAwaiter&) = delete;
    TimerAwaiter& operator=(const TimerAwaiter&) = delete;
    TimerAwaiter(TimerAwaiter&&) = delete;
    TimerAwaiter& operator=(TimerAwaiter&&) = delete;
    ~TimerAwaiter() = default;

    bool await_ready() const noexcept { return duration_ <= Duration::zero(); }
    void await_suspend(std::coroutine_handle<> waiter);
    void await_resume() noexcept { source_.reset(); }

  protected:
    void arm(sd_event_time_handler_t handler, void* userdata);
    void disarm() noexcept { source_.reset(); }
    std::coroutine_handle<> waiter_;

  private:
    static int fired(sd_event_source*, std::uint64_t, void* userdata);

    EventLoop* loop_;
    Duration duration_;
    Source source_;
};

template <typename T>
class WithinAwaiter : TimerAwaiter {
  public:
    WithinAwaiter(EventLoop& loop, Duration duration, Task<T> task) noexcept
        : TimerAwaiter{loop, duration}, task_{std::move(task)}
    {
    }

    bool await_ready()
    {
        task_.start();
        return task_.is_done();
    }
    void await_suspend(std::coroutine_handle<> waiter)
    {
        waiter_ = waiter;
        task_.continue_with(waiter);
        arm(&WithinAwaiter::expired, this);
    }
    T await_resume()
    {
        disarm();
        if (!task_)
            throw Failure{ErrorCode::timed_out, "timed out"};
        return task_.take();
    }

  private:
    static int expired(sd_event_source*, std::uint64_t, void* userdata)
    {
        auto* const self = static_cast<WithinAwaiter*>(userdata);
        self->task_.cancel();
        self->waiter_.resume();
        return 0;
    }

    Task<T> task_;
};

} // namespace detail

// Resumes after DURATION; at once if that is zero or less.
inline detail::TimerAwaiter sleep_for(EventLoop& loop, Duration duration)
{
    return {loop, duration};
}

// TASK's result, or Failure{timed_out} and a cancelled task after DURATION. The task starts when this is
// awaited.
template <typename T>
detail::WithinAwaiter<T> within(EventLoop& loop, Duration duration, Task<T> task)
{
    return {loop, duration, std::move(task)};
}

} // namespace slipway::async
