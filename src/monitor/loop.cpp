// SPDX-License-Identifier: LGPL-2.1-or-later
// Loop: epoll(7), with the time to the next timer as its time-out.
#include "monitor/loop.hpp"

#include "base/failure.hpp"

#include <algorithm>

namespace slipway::monitor {

Loop::Loop() : epoll_{check(::epoll_create1(EPOLL_CLOEXEC), "make an epoll instance")}
{
}

Timer* Loop::earliest_timer() const noexcept
{
    const auto earliest = std::min_element(running_.begin(), running_.end(),
                                           [](const Timer* a, const Timer* b) { return a->due_ < b->due_; });
    return earliest == running_.end() ? nullptr : *earliest;
}

void Loop::turn()
{
    int timeout = -1;
    if (Timer* timer = earliest_timer(); timer != nullptr) {
        const Clock::duration left = timer->due_ - Clock::now();
        if (left <= Clock::duration::zero()) {
            timer->stop();
            timer->handler_();
            return;
        }
        constexpr std::chrono::milliseconds longest = std::chrono::hours{1};
        timeout =
            static_cast<int>(std::min(longest, std::chrono::ceil<std::chrono::milliseconds>(left)).count());
    }
    epoll_event event{};
    const int count = ::epoll_wait(epoll_.number(), &event, 1, timeout);
    if (count < 0 && errno == EINTR)
        return;
    if (check(count, "wait for events") == 0)
        return;
    auto* entry = static_cast<Watch::Entry*>(event.data.ptr);
    const std::shared_ptr<Watch::Entry> alive = entry->keep_alive;
    alive->handler(event.events);
}

Watch::Watch(Loop& loop, int fd, std::uint32_t events, Handler handler)
    : entry_{std::make_shared<Entry>(Entry{&loop, fd, 0, std::move(handler), nullptr})}
{
    entry_->keep_alive = entry_;
    try {
        wait_for(events);
    } catch (...) {
        reset();
        throw;
    }
}

Watch& Watch::operator=(Watch&& other) noexcept
{
    if (this != &other) {
        reset();
        entry_ = std::move(other.entry_);
    }
    return *this;
}

void Watch::wait_for(std::uint32_t events)
{
    if (!entry_ || entry_->events == events)
        return;
    epoll_event event{};
    event.events = events;
    event.data.ptr = entry_.get();
    const int change = events == 0 ? EPOLL_CTL_DEL : entry_->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    check(::epoll_ctl(entry_->loop->epoll_.number(), change, entry_->fd, &event), "watch a descriptor");
    entry_->events = events;
}

void Watch::reset() noexcept
{
    if (!entry_)
        return;
    if (entry_->events != 0)
        ::epoll_ctl(entry_->loop->epoll_.number(), EPOLL_CTL_DEL, entry_->fd, nullptr);
    entry_->keep_alive.reset();
    entry_.reset();
}

void Timer::start_at(Clock::time_point due)
{
    due_ = due;
    if (!running_)
        loop_.running_.push_back(this);
    running_ = true;
}

void Timer::stop() noexcept
{
    if (!running_)
        return;
    std::erase(loop_.running_, this);
    running_ = false;
}

} // namespace slipway::monitor
