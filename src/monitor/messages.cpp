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

// A whole number of this range; nothing else, though the library would turn 1.5
// or true into one.
template <typename Number>
Number number_at(const Json& object, const char* name, Number low = 0,
                 Number high = std::numeric_limits<Number>::max())
{
    const Json& value = object.at(name);
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (std::cmp_greater_equal(number, low) && std::cmp_less_equal(number, high))
            return static_cast<Number>(number);
    }
    throw refusal(json_text(value, StrayBytes::replaced), name);
}

Signal signal_in(const Json& message)
{
    return {number_at<int>(message, "signal", 1, SIGRTMAX)};
}

Stop stop_in(const Json& message)
{
    return {.signal = signal_in(message).number,
            .timeout_usec = number_at<std::uint64_t>(message, "timeout_usec")};
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
        std::pair{std::string_view{"listen"}, StreamRole::listening},
        std::pair{std::string_view{"supervisor"}, StreamRole::supervisor},
    };
    std::vector<StreamRole> streams;
    for (const Json& item : message.at("streams")) {
        const auto& name = item.get_ref<const std::string&>();
        const auto* role =
            std::find_if(roles.begin(), roles.end(), [&name](const auto& r) { return r.first == name; });
        if (role == roles.end())
            throw refusal(name, "unknown stream");
        streams.push_back(role->second);
    }
    return streams;
}

std::optional<HealthPlan> health_in(const Json& message)
{
    if (!message.contains("health"))
        return std::nullopt;
    const Json& health = message.at("health");
    const auto usec = [&health](const char* name) {
        return Microseconds{number_at<std::int64_t>(health, name, 0)};
    };
    return HealthPlan{.interval = usec("interval_usec"),
                      .timeout = usec("timeout_usec"),
                      .start_period = usec("start_period_usec"),
                      .start_interval = usec("start_interval_usec"),
                      .retries = number_at<std::uint32_t>(health, "retries", 1)};
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
            .streams = streams_in(message),
            .has_hooks = message.value("hooks", false),
            .is_notified = message.value("notify", false),
            .health = health_in(message),
            .without_supervisor = message.contains("without_supervisor")
                                      ? std::optional{stop_in(message.at("without_supervisor"))}
                                      : std::nullopt};
}

void append_hooks(const Json& hooks, const char* kind, std::vector<Hook>& target)
{
    const auto found = hooks.find(kind);
    if (found == hooks.end())
        return;
    std::size_t index = 0;
    for (const Json& entry : *found) {
        Hook hook;
        hook.place = std::string{"hooks."} + kind + "[" + std::to_string(index++) + "]";
        hook.path = entry.at("path").get<std::string>();
        hook.args = entry.value("args", std::vector<std::string>{});
        if (entry.contains("env"))
            hook.env = entry.at("env").get<std::vector<std::string>>();
        if (entry.contains("timeout"))
            hook.timeout = number_at<std::int32_t>(entry, "timeout", 1);
        target.push_back(std::move(hook));
    }
}

// The request holds the configuration as text.
Hooks hooks_in(const Json& request)
{
    Hooks hooks;
    hooks.state = request.value("state", std::string{"{}"});
    const Json config = parse_json(request.at("config").get_ref<const std::string&>());
    if (const auto found = config.find("hooks"); found != config.end()) {
        append_hooks(*found, "prestart", hooks.created);
        append_hooks(*found, "createRuntime", hooks.created);
        append_hooks(*found, "poststart", hooks.started);
        append_hooks(*found, "poststop", hooks.stopped);
    }
    return hooks;
}

RelayOrder relay_order_in(const Json& order)
{
    return {.program = order.at("program").get<std::string>(),
            .arguments = order.at("arguments").get<std::vector<std::string>>(),
            .is_inside = order.value("inside", false),
            .requests = order.value("requests", std::vector<std::string>{})};
}

EngineRequest engine_request_in(const Json& message)
{
    const auto& method = message.at("method").get_ref<const std::string&>();
    if (method == "prepare")
        return prepare_in(message);
    if (method == "hold")
        return Hold{};
    if (method == "relay")
        return StartRelay{};
    if (method == "place")
        return Place{message.at("cgroup").get<std::string>(),
                     message.contains("beside") ? number_at<pid_t>(message, "beside", 1) : 0};
    if (method == "signal")
        return signal_in(message);
    if (method == "stop")
        return stop_in(message);
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
    const auto& method = message.at("method").get_ref<const std::string&>();
    if (method == "resize")
        return Resize{.rows = number_at<std::uint16_t>(message, "rows"),
                      .columns = number_at<std::uint16_t>(message, "columns")};
    if (method == "signal")
        return signal_in(message);
    if (method == "stop")
        return StopOfItsOwn{};
    throw refusal(method, "unknown method");
}

LauncherEvent launcher_event_in(const Json& message)
{
    const auto& event = message.at("event").get_ref<const std::string&>();
    if (event == "ready") {
        Ready ready;
        if (const auto timings = message.find("timings"); timings != message.end())
            for (const auto& [step, usec] : timings->items())
                ready.timings.emplace_back(step, usec.get<std::uint64_t>());
        return ready;
    }
    if (event == "pid")
        return Born{number_at<pid_t>(message, "pid", 1)};
    if (event == "terminal")
        return TerminalMade{};
    if (event == "created")
        return Created{};
    if (event == "failed") {
        const Json& error = message.at("error");
        const auto code = find_error_code(error.at("name").get_ref<const std::string&>());
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
    } catch (const Json::exception& error) {
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

Json exited(const Ending& ending)
{
    return {{"event", "exited"},
            {"status", ending.status},
            {"signal", ending.signal},
            {"exited_at", to_usec(ending.at)},
            {"core_dumped", ending.core_dumped},
            {"cause", cause_of(ending)}};
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

Result<Hooks> parse_hooks(std::string_view request)
{
    return parse(request, hooks_in);
}

Result<RelayOrder> parse_relay_order(std::string_view text)
{
    return parse(text, relay_order_in);
}

std::optional<std::string> find_relay_refusal(std::string_view answer)
{
    try {
        const Json json = parse_json(answer);
        if (json.contains("return"))
            return std::nullopt;
        if (const auto error = json.find("error"); error != json.end() && error->contains("desc"))
            return error->at("desc").get<std::string>();
    } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
                                      // Told as it came.
    }
    return "it answered '" + std::string{answer.substr(0, 200)} + "'";
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
        case StreamRole::listening:
            attachment.listening.push_back(std::move(descriptor));
            break;
        case StreamRole::supervisor:
            attachment.supervisor = std::move(descriptor);
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
    return text_of(exited(ending));
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
    Json json = exited(ending);
    json["event"] = "exec_exited";
    json["exec"] = exec;
    return text_of(json);
}

std::string session_started_text(pid_t pid)
{
    return text_of({{"event", "started"}, {"pid", pid}});
}

std::string notified_text(std::string_view assignments)
{
    return text_of({{"event", "notified"}, {"text", assignments}});
}

std::string hook_state_text(const Hooks& hooks, std::string_view status, pid_t pid)
{
    Json state = parse_json(hooks.state);
    state["status"] = status;
    state["pid"] = pid;
    return text_of(state);
}

} // namespace slipway::monitor
