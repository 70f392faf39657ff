// SPDX-License-Identifier: LGPL-2.1-or-later
// EarlySignals: what comes while the engine starts a payload is kept for it, but whoever insists gets out.
#pragma once

#include "slipway/context.hpp"
#include "slipway/signal_inbox.hpp"

#include <vector>

namespace slipway::cli {

class EarlySignals {
  public:
    // GIVES_UP_AT: after so many of SIGINT and SIGTERM. LOOP and INBOX outlive this.
    EarlySignals(async::EventLoop& loop, SignalInbox& inbox, int gives_up_at);

    const std::vector<int>& signals() const noexcept { return signals_; }
    // TASK to its end. Throws Failure{cancelled} for who insists, and what the task throws.
    template <typename T>
    T await(Context& context, async::Task<T> task)
    {
        task.start();
        while (!task.is_done()) {
            context.loop().run_once(UINT64_MAX);
            give_up_where_insisted();
        }
        return task.take();
    }

  private:
    static int came(sd_event_source* source, int fd, std::uint32_t events, void* self);
    void give_up_where_insisted() const;

    SignalInbox* inbox_;
    async::Source source_;
    std::vector<int> signals_;
    int insisting_ = 0;
    int gives_up_at_;
};

} // namespace slipway::cli
