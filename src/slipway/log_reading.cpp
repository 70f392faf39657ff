// SPDX-License-Identifier: LGPL-2.1-or-later
// LogReading: entries in the journal's order, each container's put together again by a writer of its own.
#include "slipway/log_reading.hpp"

#include <algorithm>
#include <utility>

namespace slipway::cli {

LogReading::LogReading(Context& context, std::vector<std::string> ids, const LogsWish& wish, Sink sink)
    : context_{&context}, stamps_{wish.stamps}, fragments_{wish.tail ? Fragments::hidden : Fragments::shown},
      since_usec_{wish.since ? to_usec(*wish.since) : 0}, sink_{std::move(sink)}, journal_{
                                                                                      ids,
                                                                                      context.global().reach}
{
    if (wish.tail)
        journal_.seek_last_lines(*wish.tail);
    else if (wish.since)
        journal_.seek_time(*wish.since);
}

LogWriter& LogReading::writer_of(const std::string& id)
{
    const auto found = writers_.find(id);
    if (found != writers_.end())
        return found->second;
    return writers_
        .emplace(id, LogWriter{stamps_, fragments_,
                               [this, id](LogEntry::Kind kind, std::string_view bytes) {
                                   sink_(id, kind, bytes);
                               }})
        .first->second;
}

void LogReading::write_present()
{
    while (const std::optional<LogEntry> entry = journal_.next()) {
        if (entry->kind == LogEntry::Kind::died)
            ended_runs_.emplace(entry->container, entry->started_usec);
        LogWriter& writer = writer_of(entry->container);
        // So that what several write stays in its order.
        if (last_writer_ != nullptr && last_writer_ != &writer)
            last_writer_->flush();
        last_writer_ = &writer;
        if (entry->usec >= since_usec_)
            writer.write(*entry);
    }
    if (last_writer_ != nullptr)
        last_writer_->flush();
}

bool LogReading::has_died(const std::string& id, std::uint64_t started_usec) const
{
    return ended_runs_.contains({id, started_usec});
}

void LogReading::follow(const Enough& is_enough)
{
    since_usec_ = 0;
    while (!is_enough())
        wait_for_more(UINT64_MAX);
}

// The monitor writes "died" behind the last line, but journald may not have stored it yet. A monitor that was
// killed writes none; then nothing comes any more, and after this long all is there.
void LogReading::await_rest(const std::map<std::string, std::uint64_t>& started_usec)
{
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + patience;
    const auto is_complete = [&] {
        return std::all_of(started_usec.begin(), started_usec.end(),
                           [this](const auto& each) { return has_died(each.first, each.second); });
    };
    while (!is_complete()) {
        const auto left = std::chrono::duration_cast<std::chrono::microseconds>(end - Clock::now());
        if (left.count() <= 0)
            break;
        wait_for_more(static_cast<std::uint64_t>(left.count()));
    }
}

void LogReading::wait_for_more(std::uint64_t timeout_usec)
{
    if (!watch_.bare())
        watch();
    context_->loop().run_once(timeout_usec);
    if (std::exchange(has_news_, false)) {
        journal_.process();
        write_present();
    }
}

void LogReading::watch()
{
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_io(context_->loop().bare(), &source, journal_.number(), EPOLLIN,
                                   &LogReading::came, this),
                   "watch the journal");
    watch_ = async::Source{source};
    // What came before the watch stood is announced to nobody.
    write_present();
}

int LogReading::came(sd_event_source*, int, std::uint32_t, void* userdata)
{
    static_cast<LogReading*>(userdata)->has_news_ = true;
    return 0;
}

} // namespace slipway::cli
