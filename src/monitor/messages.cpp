// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages: to and from JSON.
#include "monitor/messages.hpp"

#include "base/json.hpp"

#include <array>
#include <csignal>
#include <limits>

namespace slipway::monitor {

namespace {

Failure refusal(std::string_view text, std::string_view reason)
{
    return Failure{ErrorCode::invalid_argument,
                   "not a message (" + std::string{reason} + "): " + std::string{text.substr(0, 200)}};
}

// A whole number of this range.
template <typename Number>
Number number_at(const Json& object, const char* name, Number low = 0,
                 Number high = std::numeric_limits<Number>::max())
{
    const Json& value = object.at(name);
    try {
        if (const auto number = value.get<Number>(); low <= number && number <= high)
            return number;
    } catch (const Json::Error&) { // NOLINT(bugprone-empty-catch): refused below
    }
    throw refusal(json_text(value, StrayBytes::replaced), name);
}

Signal signal_in(const Json& message)
{
    return {number_at<int>(message, "signal", 1, SIGRTMAX)};
}

Terminal terminal_in(const Json& message)
{
    return message.at("terminal").get<bool>() ? Terminal::wanted : Terminal::none;
}

std::vector<StreamRole> streams_in(const Json& message)
{
    static constexpr std::array roles{
        std::pair{std::string_view{"stdin"}, StreamRole::standard_input},
        std::pair{std::string_view{"stdout"}, StreamRole::standard_output},
        std::pair{std::string_view{"stderr"}, StreamRole::standard_error},
        std::pair{std::string_view{"session"}, StreamRole::session},
    };
    std::vector<StreamRole> streams;
    for (const Json& item : message.at("streams")) {
        const auto& name = item.text();
        const auto* role =
            std::find_if(roles.begin(), roles.end(), [&name](const auto& r) { return r.first == name; });
        if (role == roles.end())
            throw refusal(name, "unknown stream");
        streams.push_back(role->second);
    }
    return streams;
}

Prepare prepare_in(const Json& message)
{
    return {.identity = {.id = message.at("id").get<std::string>(),
                         .name = message.at("name").get<std::string>(),
                         .image_name = message.at("image_name").get<std::string>(),
                         .tag = message.at("tag").get<std::string>()},
            .directory = message.at("directory").get<std::string>(),
            .exit_file = message.at("exit_file").get<std::string>(),
            .terminal = terminal_in(message),
            .streams = streams_in(message)};
}

EngineRequest engine_request_in(const Json& message)
{
    const auto& method = message.at("method").text();
    if (method == "prepare")
        return prepare_in(message);
    if (method == "place")
        return Place{message.at("cgroup").get<std::string>()};
    if (method == "signal")
        return signal_in(message);
    if (method == "stop")
        return Stop{.signal = signal_in(message).number,
                    .timeout_usec = number_at<std::uint64_t>(message, "timeout_usec")};
    if (method == "state")
        return State{};
    if (method == "exec")
        return Exec{.exec = message.at("exec").get<std::string>(),
                    .terminal = terminal_in(message),
                    .streams = streams_in(message)};
    throw refusal(method, "unknown method");
}

SessionRequest session_request_in(const Json& message)
{
    const auto& method = message.at("method").text();
    if (method == "resize")
        return Resize{.rows = number_at<std::uint16_t>(message, "rows"),
                      .columns = number_at<std::uint16_t>(message, "columns")};
    if (method == "signal")
        return signal_in(message);
    throw refusal(method, "unknown method");
}

LauncherEvent launcher_event_in(const Json& message)
{
    const auto& event = message.at("event").text();
    if (event == "ready") {
        Ready ready;
        if (const Json* const timings = message.find("timings"))
            for (const auto& [step, usec] : timings->members())
                ready.timings.emplace_back(step, usec.get<std::uint64_t>());
        return ready;
    }
    if (event == "pid")
        return Born{number_at<pid_t>(message, "pid", 1)};
    if (event == "terminal")
        return TerminalMade{};
    if (event == "failed") {
        const Json& error = message.at("error");
        const auto code = find_error_code(error.at("name").text());
        return LaunchFailed{
            Failure{code.value_or(ErrorCode::start_failed), error.at("message").get<std::string>()}};
    }
    throw refusal(event, "unknown event");
}

template <typename Message>
Result<Message> parse(std::string_view text, Message (*read)(const Json&))
{
    try {
        return read(parse_json(text));
    } catch (const Json::Error& error) {
        return refusal(text, error.what());
    } catch (const Failure& failure) {
        return failure;
    }
}

// What is not UTF-8 cannot travel in JSON; a message with a replacement
// character is better than none.
std::string text_of(const Json& message)
{
    return json_text(message, StrayBytes::replaced);
}

Json error_of(const Failure& failure)
{
    return {{"name", row_of(failure.code()).name}, {"message", failure.message()}};
}

} // namespace

Result<EngineRequest> parse_engine_request(std::string_view text)
{
    return parse(text, engine_request_in);
}

Result<SessionRequest> parse_session_request(std::string_view text)
{
    return parse(text, session_request_in);
}

Result<LauncherEvent> parse_launcher_event(std::string_view text)
{
    return parse(text, launcher_event_in);
}

Attachment take_attachment(Packet& packet, const std::vector<StreamRole>& roles)
{
    if (packet.descriptors.size() != roles.size() + 1)
        throw refusal(packet.text, "other descriptors than it names");
    Attachment attachment;
    for (std::size_t i = 0; i < roles.size(); ++i) {
        Fd& descriptor = packet.descriptors[i + 1];
        switch (roles[i]) {
        case StreamRole::standard_input:
            attachment.input = std::move(descriptor);
            break;
        case StreamRole::standard_output:
            attachment.output = std::move(descriptor);
            break;
        case StreamRole::standard_error:
            attachment.error = std::move(descriptor);
            break;
        case StreamRole::session:
            attachment.session = std::move(descriptor);
            break;
        }
    }
    return attachment;
}

std::string started_text(pid_t pid, RealTime at, const Timings& timings)
{
    Json steps = Json::object();
    for (const auto& [step, usec] : timings)
        steps[step] = usec;
    return text_of({{"event", "started"}, {"pid", pid}, {"started_at", to_usec(at)}, {"timings", steps}});
}

std::string failed_text(const Failure& failure)
{
    return text_of({{"event", "failed"}, {"error", error_of(failure)}});
}

std::string exited_text(const Ending& ending)
{
    return text_of({{"event", "exited"},
                    {"status", ending.status},
                    {"signal", ending.signal},
                    {"exited_at", to_usec(ending.at)},
                    {"core_dumped", ending.core_dumped},
                    {"cause", cause_of(ending)}});
}

std::string state_text(pid_t pid, RealTime started_at)
{
    return text_of({{"event", "state"}, {"pid", pid}, {"started_at", to_usec(started_at)}});
}

std::string exec_started_text(std::string_view exec, pid_t pid)
{
    return text_of({{"event", "exec_started"}, {"exec", exec}, {"pid", pid}});
}

std::string exec_failed_text(std::string_view exec, const Failure& failure)
{
    return text_of({{"event", "exec_failed"}, {"exec", exec}, {"error", error_of(failure)}});
}

std::string exec_exited_text(std::string_view exec, const Ending& ending)
{
    return text_of(
        {{"event", "exec_exited"}, {"exec", exec}, {"status", ending.status}, {"signal", ending.signal}});
}

std::string session_started_text(pid_t pid)
{
    return text_of({{"event", "started"}, {"pid", pid}});
}

std::string session_exited_text(const Ending& ending)
{
    return text_of({{"event", "exited"}, {"status", ending.status}, {"signal", ending.signal}});
}

} // namespace slipway::monitor
