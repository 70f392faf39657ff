// SPDX-License-Identifier: LGPL-2.1-or-later
// Task<T>: one coroutine, lazy, with a single owner; destroying it cancels it.
//
// A Task starts when it is awaited, or earlier by start(), so that two can run side by side. Awaiting runs
// the child inline and does not suspend the parent if the child has finished by then: handing control over by
// symmetric transfer at every await would grow the stack in loops of children that finish at once, wherever
// the compiler makes no tail call (g++ at -O0, and under AddressSanitizer at any level).
//
// Cancelling is destroying: the frames of a suspended chain are unwound leaf first, and each awaiter's
// destructor drops its timer, slot or source. A running coroutine is never destroyed from within itself.
#pragma once

#include <cassert>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace slipway::async {

template <typename T>
class Task;

namespace detail {

// What every promise has: who waits for it, and how it failed.
class PromiseBase {
  public:
    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        template <typename Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) const noexcept
        {
            const std::coroutine_handle<> next = done.promise().continuation;
            return next ? next : std::noop_coroutine();
        }
        void await_resume() const noexcept {}
    };

    std::suspend_always initial_suspend() const noexcept { return {}; }
    FinalAwaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept { failure = std::current_exception(); }

    std::coroutine_handle<> continuation;
    std::exception_ptr failure;
};

template <typename T>
class Promise : public PromiseBase {
  public:
    Task<T> get_return_object() noexcept;
    template <typename U>
    void return_value(U&& value)
    {
        value_.emplace(std::forward<U>(value));
    }
    T take()
    {
        if (failure)
            std::rethrow_exception(failure);
        return *std::move(value_);
    }

  private:
    std::optional<T> value_;
};

template <>
class Promise<void> : public PromiseBase {
  public:
    Task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() const
    {
        if (failure)
            std::rethrow_exception(failure);
    }
};

} // namespace detail

template <typename T = void>
class [[nodiscard]] Task {
  public:
    using promise_type = detail::Promise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    Task() noexcept = default;
    explicit Task(Handle handle) noexcept : handle_{handle} {}
    Task(Task&& other) noexcept
        : handle_{std::exchange(other.handle_, {})}, started_{std::exchange(other.started_, false)}
    {
    }
    Task& operator=(Task&& other) noexcept
    {
        if (this != &other) {
            cancel();
            handle_ = std::exchange(other.handle_, {});
            started_ = std::exchange(other.started_, false);
        }
        return *this;
    }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    ~Task() { cancel(); }

    // Runs up to the first suspension. Idempotent.
    void start()
    {
        assert(handle_);
        if (!std::exchange(started_, true))
            handle_.resume();
    }
    bool is_done() const noexcept { return handle_ && handle_.done(); }
    explicit operator bool() const noexcept { return static_cast<bool>(handle_); }

    // Ends it where it stands; nothing happens to a finished or empty one.
    void cancel() noexcept
    {
        if (const Handle handle = std::exchange(handle_, {}); handle)
            handle.destroy();
        started_ = false;
    }

    // Whoever awaits is resumed at the end; at most one waits.
    void continue_with(std::coroutine_handle<> waiter) noexcept { handle_.promise().continuation = waiter; }
    // The result or the exception, once is_done().
    T take() { return handle_.promise().take(); }

    struct Awaiter {
        Task& task;
        bool await_ready()
        {
            task.start();
            return task.is_done();
        }
        void await_suspend(std::coroutine_handle<> waiter) noexcept { task.continue_with(waiter); }
        T await_resume() { return task.take(); }
    };
    Awaiter operator co_await() & noexcept { return Awaiter{*this}; }
    Awaiter operator co_await() && noexcept { return Awaiter{*this}; }

  private:
    Handle handle_;
    bool started_ = false;
};

template <typename T>
Task<T> detail::Promise<T>::get_return_object() noexcept
{
    return Task<T>{Task<T>::Handle::from_promise(*this)};
}

inline Task<void> detail::Promise<void>::get_return_object() noexcept
{
    return Task<void>{Task<void>::Handle::from_promise(*this)};
}

} // namespace slipway::async
