// SPDX-License-Identifier: LGPL-2.1-or-later
// TaskScope: owns tasks that nobody awaits; what is left in it is cancelled with it.
#pragma once

#include "async/task.hpp"

#include <cstddef>
#include <exception>
#include <functional>
#include <unordered_set>

namespace slipway::async {

class TaskScope {
  public:
    // Hears of a task that ended by an exception; must not throw.
    using OnFailure = std::function<void(std::exception_ptr)>;

    explicit TaskScope(OnFailure on_failure) : on_failure_{std::move(on_failure)} {}
    TaskScope(const TaskScope&) = delete;
    TaskScope& operator=(const TaskScope&) = delete;
    TaskScope(TaskScope&&) = delete;
    TaskScope& operator=(TaskScope&&) = delete;
    ~TaskScope() { cancel_all(); }

    // Starts TASK at once; it is destroyed as soon as it ends.
    void spawn(Task<> task);
    std::size_t size() const noexcept { return roots_.size(); }
    // Not from within one of its own tasks.
    void cancel_all() noexcept;

  private:
    struct Root;
    Root run(Task<> task);

    OnFailure on_failure_;
    std::unordered_set<void*> roots_;
};

} // namespace slipway::async
