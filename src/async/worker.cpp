// SPDX-License-Identifier: LGPL-2.1-or-later
// Workers: a queue, a few threads, and an eventfd(2) back to the loop.
#include "async/worker.hpp"

#include "base/failure.hpp"

#include <csignal>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace slipway::async {

struct Workers::Wait {
    std::shared_ptr<Piece> piece;

    explicit Wait(std::shared_ptr<Piece> what) noexcept : piece{std::move(what)} {}
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    Wait(Wait&&) = delete;
    Wait& operator=(Wait&&) = delete;
    ~Wait() { piece->waiter = {}; }

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) const noexcept { piece->waiter = waiter; }
    void await_resume() const
    {
        if (piece->failure)
            std::rethrow_exception(piece->failure);
    }
};

Workers::Workers(EventLoop& loop, unsigned threads)
    : loop_{&loop}, limit_{threads}, wake_{check(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "make an eventfd")}
{
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_io(loop_->bare(), &source, wake_, EPOLLIN, &Workers::finished, this),
                   "watch the workers");
    source_ = Source{source};
}

Workers::~Workers()
{
    {
        const std::lock_guard guard{lock_};
        is_leaving_ = true;
    }
    filled_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
    source_.reset();
    ::close(wake_);
}

Task<> Workers::run(std::function<void()> work)
{
    auto piece = std::make_shared<Piece>();
    piece->work = std::move(work);
    {
        const std::lock_guard guard{lock_};
        queue_.push_back(piece);
    }
    if (threads_.size() < limit_) {
        // The workers take no signals: those are the loop's.
        sigset_t all{};
        sigset_t before{};
        sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);
        threads_.emplace_back(&Workers::work_on, this);
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
    filled_.notify_one();
    co_await Wait{piece};
}

void Workers::work_on()
{
    std::unique_lock guard{lock_};
    for (;;) {
        filled_.wait(guard, [this] { return is_leaving_ || !queue_.empty(); });
        if (queue_.empty())
            return;
        const std::shared_ptr<Piece> piece = std::move(queue_.front());
        queue_.pop_front();
        guard.unlock();
        try {
            piece->work();
        } catch (...) {
            piece->failure = std::current_exception();
        }
        piece->work = nullptr;
        guard.lock();
        done_.push_back(piece);
        const std::uint64_t one = 1;
        // Cannot fail but by overflow, when the loop is awake anyway.
        [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
    }
}

int Workers::finished(sd_event_source*, int fd, std::uint32_t, void* userdata)
{
    auto* const self = static_cast<Workers*>(userdata);
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t read = ::read(fd, &count, sizeof count);
    std::vector<std::shared_ptr<Piece>> done;
    {
        const std::lock_guard guard{self->lock_};
        done.swap(self->done_);
    }
    for (const std::shared_ptr<Piece>& piece : done)
        if (const auto waiter = std::exchange(piece->waiter, {}); waiter)
            waiter.resume();
    return 0;
}

} // namespace slipway::async
