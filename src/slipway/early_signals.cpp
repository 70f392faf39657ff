// SPDX-License-Identifier: LGPL-2.1-or-later
// EarlySignals: heard by the event loop.
#include "slipway/early_signals.hpp"

namespace slipway::cli {

EarlySignals::EarlySignals(async::EventLoop& loop, SignalInbox& inbox, int gives_up_at)
    : inbox_{&inbox}, gives_up_at_{gives_up_at}
{
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_io(loop.bare(), &source, inbox.number(), EPOLLIN, &EarlySignals::came, this),
                   "listen for signals");
    source_ = async::Source{source};
}

int EarlySignals::came(sd_event_source*, int, std::uint32_t, void* userdata)
{
    auto* const self = static_cast<EarlySignals*>(userdata);
    while (const std::optional<int> signal = self->inbox_->take()) {
        self->signals_.push_back(*signal);
        if (*signal == SIGINT || *signal == SIGTERM)
            ++self->insisting_;
    }
    return 0;
}

void EarlySignals::give_up_where_insisted() const
{
    if (insisting_ >= gives_up_at_)
        throw Failure{ErrorCode::cancelled,
                      "interrupted before the engine answered; what was asked may go on"};
}

} // namespace slipway::cli
