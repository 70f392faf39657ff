// SPDX-License-Identifier: LGPL-2.1-or-later
// Signal: something that happens now and then; whoever waits for it at that moment goes on.
#pragma once

#include <coroutine>
#include <list>

namespace slipway::async {

class Signal {
  public:
    Signal() = default;
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;
    Signal(Signal&&) = delete;
    Signal& operator=(Signal&&) = delete;
    ~Signal() = default;

    class Awaiter {
      public:
        explicit Awaiter(Signal& signal) noexcept : signal_{&signal} {}
        Awaiter(const Awaiter&) = delete;
        Awaiter& operator=(const Awaiter&) = delete;
        Awaiter(Awaiter&&) = delete;
        Awaiter& operator=(Awaiter&&) = delete;
        ~Awaiter()
        {
            if (list_ != nullptr)
                list_->erase(place_);
        }

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiter)
        {
            waiter_ = waiter;
            list_ = &signal_->waiters_;
            place_ = list_->insert(list_->end(), this);
        }
        void await_resume() const noexcept {}

      private:
        friend class Signal;
        Signal* signal_;
        std::coroutine_handle<> waiter_;
        std::list<Awaiter*>* list_ = nullptr;
        std::list<Awaiter*>::iterator place_;
    };

    // The next notify(); look at the state first: one that has passed is not waited for.
    Awaiter next() noexcept { return Awaiter{*this}; }

    // Resumes all who wait now, in the order of their coming. A resumed one may end others that wait; it must
    // not end the object that holds this Signal.
    void notify()
    {
        std::list<Awaiter*> now;
        now.swap(waiters_);
        for (Awaiter* awaiter : now)
            awaiter->list_ = &now;
        while (!now.empty()) {
            Awaiter* const awaiter = now.front();
            now.pop_front();
            awaiter->list_ = nullptr;
            awaiter->waiter_.resume();
        }
    }

  private:
    std::list<Awaiter*> waiters_;
};

} // namespace slipway::async
