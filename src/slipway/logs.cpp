// SPDX-License-Identifier: LGPL-2.1-or-later
// logs: what a container wrote, straight from the journal, and what it goes on writing.
#include "async/timer.hpp"
#include "base/file.hpp"
#include "client/manager.hpp"
#include "slipway/journal.hpp"
#include "slipway/log_writer.hpp"
#include "slipway/moment.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

#include <unistd.h>

namespace slipway::cli {

namespace {

struct LogsOptions {
    bool follows = false;
    bool has_stamps = false;
    std::optional<std::size_t> tail;
    std::optional<RealTime> since;
    std::string container;
};

// The monitor writes "died" behind the last line, but journald may not have stored it yet. A monitor that was
// killed writes none; then nothing comes any more, and after this long all is there.
constexpr std::chrono::seconds patience{2};

LogsOptions read_logs_options(const Arguments& arguments)
{
    LogsOptions logs;
    std::optional<std::string> since;
    Options options{"logs [-f] [-n LINES] [-t] [--since TIME] NAME",
                    "Shows what a container wrote, all of its runs, from the journal."};
    options.flag("-f,--follow", logs.follows, "Go on until the container has ended");
    options.count("-n,--tail", logs.tail, "LINES", "Only that many lines from the end; 'all' for all");
    options.flag("-t,--timestamps", logs.has_stamps, "Put the time in front of each line");
    options.text("--since", since, "TIME",
                 "Not what is older: 10m, 2026-11-24T00:45:09Z, or seconds since 1970");
    options.operand("NAME", logs.container, "The container, by name or beginning of the ID");
    options.parse(arguments);
    if (since)
        logs.since = parse_moment(*since, now()).value();
    return logs;
}

void write_stream(LogEntry::Kind kind, std::string_view bytes)
{
    if (kind == LogEntry::Kind::output)
        print(bytes);
    else
        write_all(STDERR_FILENO, bytes, "to standard error");
}

class Reading {
  public:
    Reading(Context& context, const LogsOptions& options, const client::ContainerInfo& info)
        : context_{&context}, since_usec_{options.since ? to_usec(*options.since) : 0},
          journal_{info.id, context.global().reach}, writer_{
                                                         options.has_stamps ? Stamps::shown : Stamps::none,
                                                         options.tail ? Fragments::hidden : Fragments::shown,
                                                         write_stream}
    {
        if (options.tail)
            journal_.seek_last_lines(*options.tail);
        else if (options.since)
            journal_.seek_time(*options.since);
    }

    // Writes all there is. The time of the last "died" that was met is kept.
    void write_present()
    {
        while (const std::optional<LogEntry> entry = journal_.next()) {
            if (entry->kind == LogEntry::Kind::died)
                died_usec_ = entry->usec;
            if (entry->usec >= since_usec_)
                writer_.write(*entry);
        }
        writer_.flush();
    }

    // Goes on writing until "died" came after STARTED, or PATIENCE after ENDED has.
    void follow(std::uint64_t started_usec, async::Task<int> ended)
    {
        started_usec_ = started_usec;
        ended.start();
        while (!ended.is_done() && !has_died())
            wait_for_more(UINT64_MAX);
        await_rest();
    }

    // All that a container wrote which has ended, though journald may still be storing it.
    void await_rest(std::uint64_t started_usec)
    {
        started_usec_ = started_usec;
        await_rest();
    }

  private:
    bool has_died() const noexcept { return died_usec_ >= started_usec_ && died_usec_ != 0; }

    void await_rest()
    {
        using Clock = std::chrono::steady_clock;
        const Clock::time_point end = Clock::now() + patience;
        while (!has_died()) {
            const auto left = std::chrono::duration_cast<std::chrono::microseconds>(end - Clock::now());
            if (left.count() <= 0)
                break;
            wait_for_more(static_cast<std::uint64_t>(left.count()));
        }
    }

    void wait_for_more(std::uint64_t timeout_usec)
    {
        if (!watch_.bare())
            watch();
        context_->loop().run_once(timeout_usec);
        if (std::exchange(has_news_, false)) {
            journal_.process();
            write_present();
        }
    }

    void watch()
    {
        sd_event_source* source = nullptr;
        check_negative(sd_event_add_io(context_->loop().bare(), &source, journal_.number(), EPOLLIN,
                                       &Reading::came, this),
                       "watch the journal");
        watch_ = async::Source{source};
        // What came before the watch stood is announced to nobody.
        write_present();
    }

    static int came(sd_event_source*, int, std::uint32_t, void* userdata)
    {
        static_cast<Reading*>(userdata)->has_news_ = true;
        return 0;
    }

    Context* context_;
    std::uint64_t since_usec_;
    ContainerJournal journal_;
    LogWriter writer_;
    async::Source watch_;
    bool has_news_ = false;
    std::uint64_t started_usec_ = 0;
    std::uint64_t died_usec_ = 0;
};

} // namespace

int logs(Context& context, const Arguments& arguments)
{
    const LogsOptions options = read_logs_options(arguments);
    client::Manager manager{context.engine()};
    client::Container container{context.engine(), context.await(manager.find_container(options.container))};
    const client::ContainerInfo info = context.await(container.read());

    Reading reading{context, options, info};
    reading.write_present();
    if (options.follows && info.is_alive())
        reading.follow(info.started_usec, container.wait());
    else if (info.state == "exited" && now() - from_usec(info.finished_usec) < patience)
        reading.await_rest(info.started_usec);
    return 0;
}

} // namespace slipway::cli
