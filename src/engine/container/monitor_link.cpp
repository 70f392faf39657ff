// SPDX-License-Identifier: LGPL-2.1-or-later
// MonitorLink: packets written and read.
#include "engine/container/monitor_link.hpp"

#include "async/readiness.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/packet.hpp"
#include "base/reported_failure.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace slipway::engine {

namespace {

Exit exit_of(const Json& json)
{
    return {json.at("status").get<int>(), json.at("signal").get<int>(),
            json.value("exited_at", std::uint64_t{0}), json.value("cause", std::string{})};
}

std::optional<MonitorEventKind> find_kind(const std::string& name)
{
    static const std::map<std::string, MonitorEventKind> kinds{
        {"started", MonitorEventKind::started},
        {"failed", MonitorEventKind::failed},
        {"exited", MonitorEventKind::exited},
        {"state", MonitorEventKind::state},
        {"exec_started", MonitorEventKind::exec_started},
        {"exec_failed", MonitorEventKind::exec_failed},
        {"exec_exited", MonitorEventKind::exec_exited},
        {"health", MonitorEventKind::health},
    };
    const auto found = kinds.find(name);
    return found == kinds.end() ? std::nullopt : std::optional{found->second};
}

std::optional<MonitorEvent> parse_event(const std::string& text)
{
    const Json json = parse_json(text);
    const auto kind = find_kind(json.at("event").get<std::string>());
    if (!kind)
        return std::nullopt;
    MonitorEvent event;
    event.kind = *kind;
    event.pid = json.value("pid", pid_t{0});
    event.started_at_usec = json.value("started_at", std::uint64_t{0});
    event.exec = json.value("exec", std::string{});
    if (json.contains("timings"))
        json.at("timings").get_to(event.timings);
    if (json.contains("error"))
        event.failure = reported_failure(json.at("error"), ErrorCode::start_failed);
    if (event.kind == MonitorEventKind::health)
        event.health = parse_health(json.at("status").get_ref<const std::string&>());
    else if (json.contains("status"))
        event.exit = exit_of(json);
    return event;
}

// The names go into the text, the descriptors beside it, in the same order.
Json name_streams(const Streams& streams, std::vector<int>& descriptors)
{
    Json names = Json::array();
    for (const auto& [name, descriptor] : streams) {
        names.push_back(name.starts_with(listening_stream) ? std::string{"listen"} : name);
        descriptors.push_back(descriptor.number());
    }
    return names;
}

} // namespace

MonitorLink::MonitorLink(async::EventLoop& loop, Fd socket) : loop_{&loop}, socket_{std::move(socket)}
{
    check(::fcntl(socket_.number(), F_SETFL, O_NONBLOCK), "prepare a socket");
}

std::unique_ptr<MonitorLink> MonitorLink::connect(async::EventLoop& loop,
                                                  const std::filesystem::path& directory)
{
    // By way of /proc, since the path may be longer than sun_path.
    const Fd place{::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (!place)
        return nullptr;
    Fd socket{check(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "make a socket")};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = "/proc/self/fd/" + std::to_string(place.number()) + "/monitor.sock";
    std::strncpy(static_cast<char*>(address.sun_path), path.c_str(), sizeof address.sun_path - 1);
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) // NOLINT
        return nullptr;
    return std::make_unique<MonitorLink>(loop, std::move(socket));
}

void MonitorLink::prepare(const MonitorBriefing& briefing, const Fd& request, const Fd& check,
                          const Streams& streams)
{
    std::vector<int> descriptors{request.number()};
    Json json{
        {"method", "prepare"},
        {"id", briefing.id},
        {"name", briefing.name},
        {"image_name", briefing.image_name},
        {"tag", briefing.tag},
        {"unit", briefing.unit},
        {"directory", briefing.directory.native()},
        {"exit_file", briefing.exit_file.native()},
        {"terminal", briefing.has_terminal},
        {"hooks", briefing.has_hooks},
        {"notify", briefing.is_notified},
    };
    if (briefing.health) {
        const HealthCheck& health = *briefing.health;
        json["health"] = {{"interval_usec", health.interval.count()},
                          {"timeout_usec", health.timeout.count()},
                          {"start_period_usec", health.start_period.count()},
                          {"start_interval_usec", health.start_interval.count()},
                          {"retries", health.retries}};
        descriptors.push_back(check.number());
    }
    if (streams.contains(supervisor_stream))
        json["without_supervisor"] = {{"signal", briefing.stop_signal},
                                      {"timeout_usec", briefing.stop_timeout.count()}};
    json["streams"] = name_streams(streams, descriptors);
    tell(json_text(json), descriptors);
}

void MonitorLink::hold(const std::vector<Fd>& descriptors)
{
    for (std::size_t begin = 0; begin < descriptors.size(); begin += packet_descriptor_limit) {
        std::vector<int> numbers;
        for (std::size_t i = begin; i < std::min(begin + packet_descriptor_limit, descriptors.size()); ++i)
            numbers.push_back(descriptors[i].number());
        tell(json_text(Json{{"method", "hold"}}), numbers);
    }
}

void MonitorLink::relay(const Fd& order, const Fd& network_namespace, const Fd& user_namespace)
{
    tell(json_text(Json{{"method", "relay"}}),
         {order.number(), network_namespace.number(), user_namespace.number()});
}

void MonitorLink::place(const std::string& cgroup, pid_t beside)
{
    Json json{{"method", "place"}, {"cgroup", cgroup}};
    if (beside != 0)
        json["beside"] = beside;
    tell(json_text(json));
}

void MonitorLink::send_signal(int signal)
{
    tell(json_text(Json{{"method", "signal"}, {"signal", signal}}));
}

void MonitorLink::stop(int signal, std::chrono::microseconds timeout)
{
    tell(json_text(Json{{"method", "stop"}, {"signal", signal}, {"timeout_usec", timeout.count()}}));
}

void MonitorLink::ask_state()
{
    tell(json_text(Json{{"method", "state"}}));
}

void MonitorLink::exec(const std::string& exec, bool has_terminal, const Fd& request, const Streams& streams)
{
    std::vector<int> descriptors{request.number()};
    Json json{{"method", "exec"}, {"exec", exec}, {"terminal", has_terminal}};
    json["streams"] = name_streams(streams, descriptors);
    tell(json_text(json), descriptors);
}

void MonitorLink::tell(const std::string& text, const std::vector<int>& descriptors)
{
    static_cast<void>(try_send_packet(socket_.number(), text, descriptors));
}

async::Task<std::optional<MonitorEvent>> MonitorLink::next()
{
    for (;;) {
        co_await async::readable(*loop_, socket_.number());
        std::optional<Packet> packet = receive_packet(socket_.number());
        if (!packet)
            co_return std::nullopt;
        std::optional<MonitorEvent> event = parse_event(packet->text);
        if (event)
            co_return event;
    }
}

std::optional<Exit> find_exit(const std::filesystem::path& exit_file)
{
    const std::optional<std::string> text = find_file(exit_file, 4096);
    if (!text)
        return std::nullopt;
    const Json json = parse_json(*text);
    if (!json.is_object() || !json.contains("status") || !json.contains("signal"))
        return std::nullopt;
    return exit_of(json);
}

} // namespace slipway::engine
