// SPDX-License-Identifier: LGPL-2.1-or-later
// events: statistics of a container's cgroup, as other runtimes print them.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "oci-runtime/place.hpp"

#include <charconv>
#include <chrono>
#include <poll.h>
#include <sstream>

namespace slipway::oci_runtime {

namespace {

std::uint64_t number_of(const std::string& text)
{
    std::uint64_t number = 0;
    if (text == "max")
        return UINT64_MAX;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// "key value" lines.
Json table_of(const std::string& text)
{
    Json table = Json::object();
    std::istringstream lines{text};
    std::string key;
    for (std::uint64_t value = 0; lines >> key >> value;)
        table[key] = value;
    return table;
}

std::uint64_t value_of(const Json& table, const char* key)
{
    return table.value(key, std::uint64_t{0});
}

Json statistics(const cgroupfs::Group& group)
{
    const Json cpu = table_of(group.read("cpu.stat"));
    const Json memory = table_of(group.read("memory.stat"));
    constexpr std::uint64_t nanoseconds = 1000;
    return {
        {"cpu",
         {{"usage",
           {{"total", value_of(cpu, "usage_usec") * nanoseconds},
            {"kernel", value_of(cpu, "system_usec") * nanoseconds},
            {"user", value_of(cpu, "user_usec") * nanoseconds}}},
          {"throttling",
           {{"periods", value_of(cpu, "nr_periods")},
            {"throttledPeriods", value_of(cpu, "nr_throttled")},
            {"throttledTime", value_of(cpu, "throttled_usec") * nanoseconds}}}}},
        {"memory",
         {{"cache", value_of(memory, "file")},
          {"usage",
           {{"limit", number_of(group.read("memory.max"))},
            {"usage", number_of(group.read("memory.current"))},
            {"max", number_of(group.read("memory.peak"))}}},
          {"swap",
           {{"limit", number_of(group.read("memory.swap.max"))},
            {"usage", number_of(group.read("memory.swap.current"))}}},
          {"raw", memory}}},
        {"pids",
         {{"current", number_of(group.read("pids.current"))}, {"limit", number_of(group.read("pids.max"))}}},
    };
}

void print(const std::string& type, const std::string& id, const Json& data)
{
    Json event{{"type", type}, {"id", id}};
    if (!data.is_null())
        event["data"] = data;
    write_all(1, json_text(event) + "\n", "standard output");
}

} // namespace

int events(Context& context, const Arguments& arguments)
{
    std::string id;
    bool are_statistics_once = false;
    std::optional<std::chrono::microseconds> interval;
    Options options = make_options("events [OPTIONS] ID",
                                   "Prints statistics now and then, and when memory ran out, as JSON.");
    options.flag("--stats", are_statistics_once, "Statistics once, and no more");
    options.seconds("--interval", interval, "Between two statistics (5)");
    options.operand("ID", id, "The container's ID");
    options.parse(arguments);

    const Container container = Container::find(context, id);
    const Record record = container.record();
    const Place place{record};
    if (!place.group())
        throw Failure{ErrorCode::not_supported, "the container has no cgroup of its own"};
    const Fd process = Container::process(record);
    const auto out_of_memory = [&] {
        return value_of(table_of(place.group()->read("memory.events")), "oom");
    };
    std::uint64_t before = out_of_memory();
    const auto pause =
        std::chrono::duration_cast<std::chrono::milliseconds>(interval.value_or(std::chrono::seconds{5}));
    for (;;) {
        print("stats", id, statistics(*place.group()));
        pollfd end{process.number(), POLLIN, 0};
        if (are_statistics_once ||
            ::poll(&end, 1, static_cast<int>(std::max<std::int64_t>(pause.count(), 1))) > 0)
            return 0;
        if (const std::uint64_t present = out_of_memory(); present > before) {
            before = present;
            print("oom", id, nullptr);
        }
    }
}

} // namespace slipway::oci_runtime
