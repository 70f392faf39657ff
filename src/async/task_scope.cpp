// SPDX-License-Identifier: LGPL-2.1-or-later
// TaskScope: the root coroutine above each spawned task.
#include "async/task_scope.hpp"

namespace slipway::async {

// A coroutine without an owner but the scope's set; it frees itself at its end, where it is suspended for
// good.
struct TaskScope::Root {
    struct promise_type {
        explicit promise_type(TaskScope& owner, Task<>&) : scope{&owner} {}

        struct FinalAwaiter {
            bool await_ready() const noexcept { return false; }
            void await_suspend(std::coroutine_handle<promise_type> done) const noexcept
            {
                done.promise().scope->roots_.erase(done.address());
                done.destroy();
            }
            void await_resume() const noexcept {}
        };

        Root get_return_object() noexcept
        {
            return {std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        FinalAwaiter final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        void unhandled_exception() const noexcept { scope->on_failure_(std::current_exception()); }

        TaskScope* scope;
    };

    std::coroutine_handle<promise_type> handle;
};

TaskScope::Root TaskScope::run(Task<> task)
{
    co_await task;
}

void TaskScope::spawn(Task<> task)
{
    const Root root = run(std::move(task));
    roots_.insert(root.handle.address());
    root.handle.resume();
}

void TaskScope::cancel_all() noexcept
{
    while (!roots_.empty()) {
        void* const address = *roots_.begin();
        roots_.erase(roots_.begin());
        std::coroutine_handle<>::from_address(address).destroy();
    }
}

} // namespace slipway::async
