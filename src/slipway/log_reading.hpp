// SPDX-License-Identifier: LGPL-2.1-or-later
// LogReading: what containers wrote, from the journal, and what they go on writing.
#pragma once

#include "async/event_loop.hpp"
#include "slipway/context.hpp"
#include "slipway/journal.hpp"
#include "slipway/log_writer.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::cli {

struct LogsWish {
    Stamps stamps = Stamps::none;
    std::optional<std::size_t> tail; // lines of each container
    std::optional<RealTime> since;
};

class LogReading {
  public:
    // Takes what CONTAINER, an ID, has written.
    using Sink = std::function<void(const std::string& container, LogEntry::Kind, std::string_view)>;
    // Something to look at after each turn of the loop: whether it is enough.
    using Enough = std::function<bool()>;

    LogReading(Context& context, std::vector<std::string> ids, const LogsWish& wish, Sink sink);
    LogReading(const LogReading&) = delete;
    LogReading& operator=(const LogReading&) = delete;
    LogReading(LogReading&&) = delete;
    LogReading& operator=(LogReading&&) = delete;
    ~LogReading() = default;

    // Writes all there is.
    void write_present();
    // Goes on writing until IS_ENOUGH: all that comes, whatever the clock says by then.
    void follow(const Enough& is_enough);
    // All that containers wrote which have ended, though journald may still be storing it: STARTED has, by
    // ID, when the last run of each began.
    void await_rest(const std::map<std::string, std::uint64_t>& started_usec);
    // Whether the end of the run that began then was met; runs before it may be later ones by the clock.
    bool has_died(const std::string& id, std::uint64_t started_usec) const;

    // journald stores what a container wrote last within this time of its end.
    static constexpr std::chrono::seconds patience{2};

  private:
    void watch();
    void wait_for_more(std::uint64_t timeout_usec);
    LogWriter& writer_of(const std::string& id);
    static int came(sd_event_source*, int, std::uint32_t, void* userdata);

    Context* context_;
    Stamps stamps_;
    Fragments fragments_;
    std::uint64_t since_usec_;
    Sink sink_;
    ContainerJournal journal_;
    std::map<std::string, LogWriter> writers_;
    LogWriter* last_writer_ = nullptr;
    async::Source watch_;
    bool has_news_ = false;
    std::set<std::pair<std::string, std::uint64_t>> ended_runs_; // of which container, when it began
};

} // namespace slipway::cli
