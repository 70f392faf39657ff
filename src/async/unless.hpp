// SPDX-License-Identifier: LGPL-2.1-or-later
// unless(): a task that somebody else may end before it has ended by itself.
#pragma once

#include "async/task.hpp"
#include "base/failure.hpp"

#include <functional>
#include <utility>

namespace slipway::async {

namespace detail {

template <typename T>
class UnlessAwaiter {
  public:
    UnlessAwaiter(std::function<void()>& end, Task<T> task) noexcept : end_{&end}, task_{std::move(task)} {}
    UnlessAwaiter(const UnlessAwaiter&) = delete;
    UnlessAwaiter& operator=(const UnlessAwaiter&) = delete;
    UnlessAwaiter(UnlessAwaiter&&) = delete;
    UnlessAwaiter& operator=(UnlessAwaiter&&) = delete;
    ~UnlessAwaiter()
    {
        if (is_armed_)
            *end_ = nullptr;
    }

    bool await_ready()
    {
        task_.start();
        return task_.is_done();
    }
    void await_suspend(std::coroutine_handle<> waiter)
    {
        task_.continue_with(waiter);
        *end_ = [this, waiter] {
            task_.cancel();
            waiter.resume();
        };
        is_armed_ = true;
    }
    T await_resume()
    {
        if (!task_)
            throw Failure{ErrorCode::cancelled, "cancelled"};
        return task_.take();
    }

  private:
    std::function<void()>* end_;
    Task<T> task_;
    bool is_armed_ = false;
};

} // namespace detail

// TASK's result; or Failure{cancelled}, and a cancelled task, when END is called. END is set as long as the
// task is suspended; it is called at most once, from outside of the task.
template <typename T>
detail::UnlessAwaiter<T> unless(std::function<void()>& end, Task<T> task)
{
    return {end, std::move(task)};
}

} // namespace slipway::async
