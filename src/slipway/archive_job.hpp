// SPDX-License-Identifier: LGPL-2.1-or-later
// ArchiveJob: an archive's descriptor goes to the engine; its job is watched to the end, or cancelled by
// Ctrl-C.
#pragma once

#include "base/fd.hpp"
#include "client/job.hpp"
#include "slipway/context.hpp"
#include "slipway/progress_line.hpp"
#include "slipway/signal_inbox.hpp"

#include <functional>
#include <string>

namespace slipway::cli {

// FILE for reading, or standard input for "-". EXAMPLE is shown where that is a terminal. Throws Failure.
Fd open_archive(const std::string& file, const std::string& example);

class ArchiveJob {
  public:
    explicit ArchiveJob(Context& context);
    ArchiveJob(const ArchiveJob&) = delete;
    ArchiveJob& operator=(const ArchiveJob&) = delete;
    ArchiveJob(ArchiveJob&&) = delete;
    ArchiveJob& operator=(ArchiveJob&&) = delete;
    ~ArchiveJob() = default;

    // BEGIN hands the archive over and returns the job's path. The path of what it made.
    std::string run(Fd archive, const std::function<async::Task<std::string>(int archive)>& begin);

  private:
    static int signal_came(sd_event_source*, int, std::uint32_t, void* userdata);
    void ask_for_end();

    Context* context_;
    SignalInbox inbox_;
    ProgressLine line_;
    client::JobWatch watch_;
    async::Source source_;
    std::string job_;
    int signals_ = 0;
    async::Task<> cancel_;
};

} // namespace slipway::cli
