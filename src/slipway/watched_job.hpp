// SPDX-License-Identifier: LGPL-2.1-or-later
// WatchedJob: a job of the engine's, from the call that begins it to its end; Ctrl-C cancels it.
#pragma once

#include "client/job.hpp"
#include "slipway/context.hpp"
#include "slipway/signal_inbox.hpp"

#include <functional>
#include <string>

namespace slipway::cli {

class WatchedJob {
  public:
    WatchedJob(Context& context, client::JobWatch::OnProgress on_progress);
    WatchedJob(const WatchedJob&) = delete;
    WatchedJob& operator=(const WatchedJob&) = delete;
    WatchedJob(WatchedJob&&) = delete;
    WatchedJob& operator=(WatchedJob&&) = delete;
    ~WatchedJob() = default;

    // First: BEGIN returns the job's path.
    void start(const std::function<async::Task<std::string>()>& begin);
    // The job's own, once it was started.
    const std::string& path() const noexcept { return job_; }
    // The path of what the job made; throws what it failed with. A second Ctrl-C leaves before the engine has
    // undone what it did.
    std::string wait();
    // Ends it, as Ctrl-C does.
    void cancel() { ask_for_end(); }
    bool is_interrupted() const noexcept { return signals_ > 0; }

  private:
    static int signal_came(sd_event_source*, int, std::uint32_t, void* userdata);
    void ask_for_end();

    Context* context_;
    SignalInbox inbox_;
    client::JobWatch watch_;
    async::Source source_;
    std::string job_;
    int signals_ = 0;
    async::Task<> cancel_;
};

} // namespace slipway::cli
