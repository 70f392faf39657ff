// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-scope: one request on standard input, one answer on standard output, both JSON.
//
//     {"action": "start", "unit", "slice", "pid", "user", "properties": [[NAME, TYPE, VALUE]…]} → {"cgroup":
//     PATH}
//     {"action": "set", "unit", "user", "properties"}                                          → {}
//     {"action": "attach", "unit", "user", "pid"}                                              → {}
//     {"action": "stop", "unit", "user"}                                                       → {}
//     anything that fails                                                                      → {"error":
//     TEXT}
#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"

#include <systemd/sd-bus.h>

#include <charconv>
#include <memory>
#include <sstream>

namespace {

using namespace slipway;

constexpr const char* service = "org.freedesktop.systemd1";
constexpr const char* path = "/org/freedesktop/systemd1";
constexpr const char* interface = "org.freedesktop.systemd1.Manager";
constexpr std::uint64_t patience_usec = 30'000'000;

using Bus = std::unique_ptr<sd_bus, sd_bus* (*)(sd_bus*)>;
using Message = std::unique_ptr<sd_bus_message, sd_bus_message* (*)(sd_bus_message*)>;

Bus open_bus(bool is_user)
{
    sd_bus* bus = nullptr;
    check_negative(is_user ? ::sd_bus_default_user(&bus) : ::sd_bus_default_system(&bus), "connect to D-Bus");
    return {bus, ::sd_bus_flush_close_unref};
}

Message make_call(const Bus& bus, const char* method)
{
    sd_bus_message* call = nullptr;
    check_negative(::sd_bus_message_new_method_call(bus.get(), &call, service, path, interface, method),
                   "ask systemd");
    return {call, ::sd_bus_message_unref};
}

Message send(const Bus& bus, const Message& call, const std::string& deed)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message* reply = nullptr;
    const int result = ::sd_bus_call(bus.get(), call.get(), patience_usec, &error, &reply);
    const std::string reason = error.message != nullptr ? error.message : "";
    ::sd_bus_error_free(&error);
    if (result < 0)
        throw reason.empty() ? errno_failure(-result, deed)
                             : Failure{ErrorCode::placement_failed, deed + ": " + reason};
    return {reply, ::sd_bus_message_unref};
}

// A list of numbers as the bytes of a bit mask, the least significant first.
std::vector<std::uint8_t> mask_of(const std::string& list)
{
    std::vector<std::uint8_t> mask;
    std::istringstream parts{list};
    for (std::string part; std::getline(parts, part, ',');) {
        unsigned first = 0;
        const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), first);
        unsigned last = first;
        if (error == std::errc{} && stop != part.data() + part.size() && *stop == '-')
            std::from_chars(stop + 1, part.data() + part.size(), last);
        for (unsigned number = first; error == std::errc{} && number <= last && number < 8192; ++number) {
            mask.resize(std::max<std::size_t>(mask.size(), number / 8 + 1));
            mask[number / 8] = static_cast<std::uint8_t>(mask[number / 8] | 1U << number % 8);
        }
    }
    return mask;
}

void append_properties(const Message& call, const Json& properties)
{
    for (const Json& row : properties) {
        const std::string name = row.at(0);
        const std::string type = row.at(1);
        if (type == "t") {
            check_negative(::sd_bus_message_append(call.get(), "(sv)", name.c_str(), "t",
                                                   row.at(2).get<std::uint64_t>()),
                           "write", name);
            continue;
        }
        const std::vector<std::uint8_t> mask = mask_of(row.at(2).get<std::string>());
        check_negative(::sd_bus_message_open_container(call.get(), 'r', "sv"), "write", name);
        check_negative(::sd_bus_message_append(call.get(), "s", name.c_str()), "write", name);
        check_negative(::sd_bus_message_open_container(call.get(), 'v', "ay"), "write", name);
        check_negative(::sd_bus_message_append_array(call.get(), 'y', mask.data(), mask.size()), "write",
                       name);
        check_negative(::sd_bus_message_close_container(call.get()), "write", name);
        check_negative(::sd_bus_message_close_container(call.get()), "write", name);
    }
}

struct Job {
    std::string path;
    std::string result; // empty until it is done
};

int note_end(sd_bus_message* signal, void* userdata, sd_bus_error* /*error*/)
{
    Job& job = *static_cast<Job*>(userdata);
    std::uint32_t id = 0;
    const char* ended = nullptr;
    const char* unit = nullptr;
    const char* result = nullptr;
    if (::sd_bus_message_read(signal, "uoss", &id, &ended, &unit, &result) > 0 && job.path == ended)
        job.result = result;
    return 0;
}

void await(const Bus& bus, Job& job, const std::string& unit)
{
    while (job.result.empty()) {
        const int processed = check_negative(::sd_bus_process(bus.get(), nullptr), "hear systemd");
        if (processed == 0 && ::sd_bus_wait(bus.get(), patience_usec) == 0)
            throw Failure{ErrorCode::timed_out, "systemd does not finish with " + unit};
    }
    if (job.result != "done")
        throw Failure{ErrorCode::placement_failed,
                      "systemd could not start " + unit + " (job result: " + job.result + ")"};
}

std::string cgroup_of(pid_t pid, const std::string& unit)
{
    std::istringstream lines{read_file("/proc/" + std::to_string(pid) + "/cgroup")};
    std::string found;
    for (std::string line; std::getline(lines, line);)
        if (line.ends_with("/" + unit) &&
            (line.starts_with("0::") || line.find(":name=systemd:") != std::string::npos))
            found = line.substr(line.find(':', line.find(':') + 1) + 1);
    if (found.empty())
        throw Failure{ErrorCode::placement_failed, "the launcher is not in the cgroup of " + unit};
    return found;
}

Json start(const Json& request)
{
    const std::string unit = request.at("unit");
    const std::string slice = request.at("slice");
    const bool is_user = request.at("user");
    const Bus bus = open_bus(is_user);
    Job job;
    check_negative(
        ::sd_bus_match_signal(bus.get(), nullptr, service, path, interface, "JobRemoved", note_end, &job),
        "listen to systemd");
    send(bus, make_call(bus, "Subscribe"), "subscribe to systemd");
    const Message call = make_call(bus, "StartTransientUnit");
    check_negative(::sd_bus_message_append(call.get(), "ss", unit.c_str(), "fail"), "write", unit);
    check_negative(::sd_bus_message_open_container(call.get(), 'a', "(sv)"), "write", unit);
    const std::string description = "OCI container " + unit;
    const std::string parent = !slice.empty() ? slice : is_user ? "user.slice" : "system.slice";
    check_negative(::sd_bus_message_append(call.get(), "(sv)(sv)(sv)(sv)", "Description", "s",
                                           description.c_str(), "Delegate", "b", 1, "CollectMode", "s",
                                           "inactive-or-failed", "DefaultDependencies", "b", 0),
                   "write", unit);
    if (unit.ends_with(".scope"))
        check_negative(::sd_bus_message_append(call.get(), "(sv)(sv)", "Slice", "s", parent.c_str(), "PIDs",
                                               "au", 1, request.at("pid").get<std::uint32_t>()),
                       "write", unit);
    append_properties(call, request.at("properties"));
    check_negative(::sd_bus_message_close_container(call.get()), "write", unit);
    check_negative(::sd_bus_message_append(call.get(), "a(sa(sv))", 0), "write", unit);
    const Message reply = send(bus, call, "start " + unit);
    const char* object = nullptr;
    check_negative(::sd_bus_message_read(reply.get(), "o", &object), "read systemd's answer");
    job.path = object;
    await(bus, job, unit);
    return {{"cgroup", cgroup_of(request.at("pid"), unit)}};
}

Json set(const Json& request)
{
    const std::string unit = request.at("unit");
    const Bus bus = open_bus(request.at("user"));
    const Message call = make_call(bus, "SetUnitProperties");
    check_negative(::sd_bus_message_append(call.get(), "sb", unit.c_str(), 1), "write", unit);
    check_negative(::sd_bus_message_open_container(call.get(), 'a', "(sv)"), "write", unit);
    append_properties(call, request.at("properties"));
    check_negative(::sd_bus_message_close_container(call.get()), "write", unit);
    send(bus, call, "change " + unit);
    return Json::object();
}

// systemd moves what its user may not move (cgroups(7), delegation).
Json attach(const Json& request)
{
    const std::string unit = request.at("unit");
    const Bus bus = open_bus(request.at("user"));
    const Message call = make_call(bus, "AttachProcessesToUnit");
    check_negative(::sd_bus_message_append(call.get(), "ssau", unit.c_str(), "", 1,
                                           request.at("pid").get<std::uint32_t>()),
                   "write", unit);
    send(bus, call, "move a process into " + unit);
    return Json::object();
}

Json stop(const Json& request)
{
    const std::string unit = request.at("unit");
    const Bus bus = open_bus(request.at("user"));
    const Message call = make_call(bus, "StopUnit");
    check_negative(::sd_bus_message_append(call.get(), "ss", unit.c_str(), "replace"), "write", unit);
    try {
        send(bus, call, "stop " + unit);
    } catch (const Failure&) { // NOLINT(bugprone-empty-catch)
                               // It went with its last process.
    }
    return Json::object();
}

Json answer(const Json& request)
{
    const std::string action = request.at("action");
    if (action == "start")
        return start(request);
    if (action == "set")
        return set(request);
    if (action == "attach")
        return attach(request);
    return stop(request);
}

} // namespace

int main()
{
    Json json;
    try {
        json = answer(parse_json(read_all(0, "standard input")));
    } catch (const std::exception& failure) {
        json = {{"error", failure.what()}};
    }
    const std::string text = json_text(json, StrayBytes::replaced) + "\n";
    return ::write(1, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1;
}
