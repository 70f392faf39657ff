// SPDX-License-Identifier: LGPL-2.1-or-later
// readiness: waiting until a descriptor can be read or written; a pidfd can be read when its process has
// ended.
#pragma once

#include "async/event_loop.hpp"

#include <coroutine>
#include <cstdint>
#include <sys/epoll.h>

namespace slipway::async {

class Readiness {
  public:
    // EVENTS: EPOLLIN, EPOLLOUT (epoll_ctl(2)). FD stays the caller's and open meanwhile.
    Readiness(EventLoop& loop, int fd, std::uint32_t events) noexcept : loop_{&loop}, fd_{fd}, events_{events}
    {
    }
    Readiness(const Readiness&) = delete;
    Readiness& operator=(const Readiness&) = delete;
    Readiness(Readiness&&) = delete;
    Readiness& operator=(Readiness&&) = delete;
    ~Readiness() = default;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter);
    // What came, EPOLLHUP and EPOLLERR included.
    std::uint32_t await_resume() noexcept
    {
        source_.reset();
        return came_;
    }

  private:
    static int fired(sd_event_source*, int, std::uint32_t events, void* userdata);

    EventLoop* loop_;
    int fd_;
    std::uint32_t events_;
    std::uint32_t came_ = 0;
    std::coroutine_handle<> waiter_;
    Source source_;
};

inline Readiness readable(EventLoop& loop, int fd)
{
    return {loop, fd, EPOLLIN};
}

} // namespace slipway::async
