// SPDX-License-Identifier: LGPL-2.1-or-later
// Loop: the one place where the monitor waits: epoll(7) and a few timers.
//
// One event is taken a turn, so that whatever a handler does away with cannot
// be handled after it. A handler may reset its own Watch; the object that owns
// a Watch or a Timer is destroyed between two turns only.
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <sys/epoll.h>
#include <vector>

namespace slipway::monitor {

using Clock = std::chrono::steady_clock;

class Timer;

class Loop {
  public:
    Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop() = default;

    // Waits for the next event or timer and handles it. Throws what the handler
    // throws.
    void turn();

  private:
    friend class Watch;
    friend class Timer;

    Timer* earliest_timer() const noexcept;

    Fd epoll_;
    std::vector<Timer*> running_;
};

// Calls a handler when a descriptor is ready; until it is destroyed, which must
// be before the descriptor is closed.
class Watch {
  public:
    using Handler = std::function<void(std::uint32_t events)>;

    Watch() noexcept = default;
    // EVENTS as in epoll_ctl(2). Throws Failure{access_denied} for a regular
    // file, which is always ready.
    Watch(Loop& loop, int fd, std::uint32_t events, Handler handler);
    Watch(Watch&& other) noexcept = default;
    Watch& operator=(Watch&& other) noexcept;
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() { reset(); }

    // With 0 the descriptor is not watched at all, not even for a hang-up.
    void wait_for(std::uint32_t events);
    void reset() noexcept;

  private:
    friend class Loop;
    struct Entry {
        Loop* loop;
        int fd;
        std::uint32_t events;
        Handler handler;
        std::shared_ptr<Entry> keep_alive; // while its handler runs
    };

    std::shared_ptr<Entry> entry_;
};

// Calls a handler once, a while after start().
class Timer {
  public:
    Timer(Loop& loop, std::function<void()> handler) : loop_{loop}, handler_{std::move(handler)} {}
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() { stop(); }

    // Starts anew if it runs already.
    void start(Clock::duration delay) { start_at(Clock::now() + delay); }
    void start_at(Clock::time_point due);
    void stop() noexcept;

    // Nothing to compare with while it does not run.
    bool is_running() const noexcept { return running_; }
    Clock::time_point due() const noexcept { return due_; }

  private:
    friend class Loop;

    Loop& loop_;
    std::function<void()> handler_;
    Clock::time_point due_{};
    bool running_ = false;
};

} // namespace slipway::monitor
