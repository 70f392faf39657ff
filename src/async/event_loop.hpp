// SPDX-License-Identifier: LGPL-2.1-or-later
// EventLoop: the process's one sd_event(3), on whose thread every coroutine runs.
#pragma once

#include <systemd/sd-event.h>

#include <cstdint>
#include <utility>

namespace slipway::async {

// Owns one event source; dropping it also stops a callback that is pending.
class Source {
  public:
    Source() noexcept = default;
    explicit Source(sd_event_source* source) noexcept : source_{source} {}
    Source(Source&& other) noexcept : source_{std::exchange(other.source_, nullptr)} {}
    Source& operator=(Source&& other) noexcept
    {
        if (this != &other) {
            reset();
            source_ = std::exchange(other.source_, nullptr);
        }
        return *this;
    }
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    ~Source() { reset(); }

    void reset() noexcept
    {
        if (source_ != nullptr)
            sd_event_source_disable_unref(std::exchange(source_, nullptr));
    }
    sd_event_source* bare() const noexcept { return source_; }

  private:
    sd_event_source* source_ = nullptr;
};

class EventLoop {
  public:
    // Throws Failure{io_error}.
    EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;
    EventLoop(EventLoop&&) = delete;
    EventLoop& operator=(EventLoop&&) = delete;
    ~EventLoop();

    sd_event* bare() const noexcept { return event_; }
    // Until leave(); returns its status.
    int run();
    // One round, waiting for an event at most this long.
    void run_once(std::uint64_t timeout_usec);
    void leave(int status) noexcept { sd_event_exit(event_, status); }

  private:
    sd_event* event_ = nullptr;
};

} // namespace slipway::async
