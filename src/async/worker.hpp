// SPDX-License-Identifier: LGPL-2.1-or-later
// Workers: a few threads for what can block (unlinking trees, fsync); they see plain values, never engine
// state.
#pragma once

#include "async/event_loop.hpp"
#include "async/task.hpp"

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace slipway::async {

class Workers {
  public:
    // THREADS start with the first piece of work.
    Workers(EventLoop& loop, unsigned threads);
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    Workers(Workers&&) = delete;
    Workers& operator=(Workers&&) = delete;
    // Finishes what is queued; nobody is resumed any more.
    ~Workers();

    // Runs WORK on a thread and returns when it is done, with its exception if it threw. Cancelling the task
    // does not stop the work: it runs to its end unseen.
    Task<> run(std::function<void()> work);

  private:
    struct Piece {
        std::function<void()> work;
        std::exception_ptr failure;
        bool is_done = false;
        std::coroutine_handle<> waiter; // the loop's thread only
    };
    struct Wait;

    void work_on();
    static int finished(sd_event_source*, int, std::uint32_t, void* userdata);

    EventLoop* loop_;
    unsigned limit_;
    int wake_ = -1;
    Source source_;
    std::mutex lock_;
    std::condition_variable filled_;
    std::deque<std::shared_ptr<Piece>> queue_;
    std::vector<std::shared_ptr<Piece>> done_;
    bool is_leaving_ = false;
    std::vector<std::thread> threads_;
};

} // namespace slipway::async
