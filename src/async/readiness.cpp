// SPDX-License-Identifier: LGPL-2.1-or-later
// Readiness on sd_event_add_io(3).
#include "async/readiness.hpp"

#include "base/failure.hpp"

namespace slipway::async {

void Readiness::await_suspend(std::coroutine_handle<> waiter)
{
    waiter_ = waiter;
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_io(loop_->bare(), &source, fd_, events_, &Readiness::fired, this),
                   "watch a descriptor");
    source_ = Source{source};
}

int Readiness::fired(sd_event_source*, int, std::uint32_t events, void* userdata)
{
    auto* const self = static_cast<Readiness*>(userdata);
    self->came_ = events;
    // Off before resuming: the coroutine may close the descriptor or end.
    self->source_.reset();
    self->waiter_.resume();
    return 0;
}

} // namespace slipway::async
