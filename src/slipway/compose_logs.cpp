// SPDX-License-Identifier: LGPL-2.1-or-later
// compose logs: what the containers of services wrote, from the journal, each line with its container's name.
#include "slipway/compose_services.hpp"
#include "slipway/last_ends.hpp"
#include "slipway/log_reading.hpp"
#include "slipway/moment.hpp"
#include "slipway/service_lines.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

struct ServiceLogsOptions {
    ServicesOptions services;
    LogsWish wish;
    bool follows = false;
    bool has_no_prefix = false;
    bool has_no_colour = false;
    std::optional<std::size_t> number;
};

ServiceLogsOptions read_service_logs_options(const Arguments& arguments)
{
    ServiceLogsOptions logs;
    bool has_stamps = false;
    std::optional<std::string> since;
    Options options{"compose [-f FILE]... [-p NAME] logs [OPTIONS] [SERVICE...]",
                    "Shows what the containers of services wrote, from the journal."};
    options.flag("-f,--follow", logs.follows, "Go on until all have ended for good");
    options.count("-n,--tail", logs.wish.tail, "LINES",
                  "Only that many lines of each from the end; 'all' for all");
    options.flag("-t,--timestamps", has_stamps, "Put the time in front of each line");
    options.text("--since", since, "TIME",
                 "Not what is older: 10m, 2026-11-24T00:45:09Z, or seconds since 1970");
    options.flag("--no-log-prefix", logs.has_no_prefix, "Do not put the container's name in front");
    options.flag("--no-color", logs.has_no_colour, "No colours on a terminal");
    options.count("--index", logs.number, "N", "Only of the container with this number");
    add_project_options(options, logs.services.which, OptionNames::long_only);
    options.operands_if_any("SERVICE", logs.services.services, "Of these services only");
    options.parse(arguments);
    logs.wish.stamps = has_stamps ? Stamps::shown : Stamps::none;
    if (since)
        logs.wish.since = parse_moment(*since, now()).value();
    return logs;
}

} // namespace

int compose_logs(Context& context, const Arguments& arguments)
{
    const ServiceLogsOptions options = read_service_logs_options(arguments);
    const std::string group = project_name(options.services.which);
    std::vector<client::ContainerInfo> containers =
        containers_of(context, group, options.services.services, Among::all);
    if (options.number)
        std::erase_if(containers, [&options](const client::ContainerInfo& info) {
            return !info.name.ends_with("-" + std::to_string(*options.number));
        });
    if (containers.empty())
        return 0;

    ServiceLines lines = lines_on_terminal(!options.has_no_prefix, !options.has_no_colour);
    std::map<std::string, std::string> names;
    std::vector<std::string> ids;
    for (const client::ContainerInfo& info : containers) {
        names[info.id] = short_name(info);
        ids.push_back(info.id);
    }
    lines.name(names);
    LogReading reading{context, ids, options.wish,
                       [&lines](const std::string& id, LogEntry::Kind kind, std::string_view bytes) {
                           lines.write(id, kind, bytes);
                       }};
    reading.write_present();

    if (options.follows) {
        const LastEnds ends{context, containers};
        reading.follow([&ends] { return ends.have_come(); });
        reading.await_rest(last_starts(context, containers));
        return 0;
    }
    std::erase_if(containers, [](const client::ContainerInfo& info) { return info.is_alive(); });
    reading.await_rest(last_starts(context, containers));
    return 0;
}

} // namespace slipway::cli
