// SPDX-License-Identifier: LGPL-2.1-or-later
// logs: what a container wrote, straight from the journal, and what it goes on writing.
#include "base/file.hpp"
#include "client/manager.hpp"
#include "slipway/last_ends.hpp"
#include "slipway/log_reading.hpp"
#include "slipway/moment.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

#include <unistd.h>

namespace slipway::cli {

namespace {

struct LogsOptions {
    bool follows = false;
    LogsWish wish;
    std::string container;
};

LogsOptions read_logs_options(const Arguments& arguments)
{
    LogsOptions logs;
    bool has_stamps = false;
    std::optional<std::string> since;
    Options options{"logs [-f] [-n LINES] [-t] [--since TIME] NAME",
                    "Shows what a container wrote, all of its runs, from the journal."};
    options.flag("-f,--follow", logs.follows, "Go on until the container has ended for good");
    options.count("-n,--tail", logs.wish.tail, "LINES", "Only that many lines from the end; 'all' for all");
    options.flag("-t,--timestamps", has_stamps, "Put the time in front of each line");
    options.text("--since", since, "TIME",
                 "Not what is older: 10m, 2026-11-24T00:45:09Z, or seconds since 1970");
    options.operand("NAME", logs.container, "The container, by name or beginning of the ID");
    options.parse(arguments);
    logs.wish.stamps = has_stamps ? Stamps::shown : Stamps::none;
    if (since)
        logs.wish.since = parse_moment(*since, now()).value();
    return logs;
}

void write_stream(const std::string& /*container*/, LogEntry::Kind kind, std::string_view bytes)
{
    if (kind == LogEntry::Kind::output)
        print(bytes);
    else
        write_all(STDERR_FILENO, bytes, "to standard error");
}

} // namespace

int logs(Context& context, const Arguments& arguments)
{
    const LogsOptions options = read_logs_options(arguments);
    client::Manager manager{context.engine()};
    client::Container container{context.engine(), context.await(manager.find_container(options.container))};
    const client::ContainerInfo info = context.await(container.read());

    LogReading reading{context, {info.id}, options.wish, write_stream};
    reading.write_present();
    if (options.follows) {
        const LastEnds ends{context, {info}};
        reading.follow([&] {
            return ends.have_come() || (!info.is_kept() && reading.has_died(info.id, info.started_usec));
        });
    }
    if (options.follows || !info.is_alive())
        reading.await_rest(last_starts(context, {info}));
    return 0;
}

} // namespace slipway::cli
