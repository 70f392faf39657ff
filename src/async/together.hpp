// SPDX-License-Identifier: LGPL-2.1-or-later
// together(): tasks side by side, not too many at once; the first failure cancels the others.
#pragma once

#include "async/task.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace slipway::async {

namespace detail {

// Resumes when any of RUNNING, which have started, is done.
class AnyDone {
  public:
    explicit AnyDone(std::vector<Task<>*>& running) noexcept : running_{&running} {}
    bool await_ready() const noexcept
    {
        return std::any_of(running_->begin(), running_->end(),
                           [](const Task<>* task) { return task->is_done(); });
    }
    void await_suspend(std::coroutine_handle<> waiter) const noexcept
    {
        for (Task<>* const task : *running_)
            task->continue_with(waiter);
    }
    // What is started now may end one of them at once, with nobody suspended to be resumed.
    void await_resume() const noexcept
    {
        for (Task<>* const task : *running_)
            task->continue_with({});
    }

  private:
    std::vector<Task<>*>* running_;
};

} // namespace detail

// Runs TASKS, at most AT_ONCE of them side by side, begun in their order. Throws what the first one to fail
// throws; the others are cancelled.
inline Task<> together(std::vector<Task<>> tasks, std::size_t at_once)
{
    std::vector<Task<>*> running;
    auto next = tasks.begin();
    for (;;) {
        while (running.size() < at_once && next != tasks.end()) {
            running.push_back(&*next++);
            running.back()->start();
        }
        if (running.empty())
            co_return;
        co_await detail::AnyDone{running};
        for (Task<>* const task : running)
            if (task->is_done())
                task->take();
        std::erase_if(running, [](const Task<>* task) { return task->is_done(); });
    }
}

} // namespace slipway::async
