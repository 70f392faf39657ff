// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages: the packets of docs/protocols.md as plain structs; the only place
// that knows JSON.
#pragma once

#include "base/packet.hpp"
#include "base/result.hpp"
#include "monitor/health_record.hpp"
#include "monitor/process.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace slipway::monitor {

enum class StreamRole { standard_input, standard_output, standard_error, session, listening, supervisor };

enum class Terminal { none, wanted };

// What a client passed; what it did not pass is not open.
struct Attachment {
    Fd input;
    Fd output;
    Fd error;
    Fd session;
    std::vector<Fd> listening; // sockets that the payload has from 3 on
    Fd supervisor;             // who keeps the container as a process of its own
};

struct Identity {
    std::string id;
    std::string name;
    std::string image_name;
    std::string tag;
};

struct Stop {
    int signal = 0;
    std::uint64_t timeout_usec = 0;
};

// From the engine.
struct Prepare {
    Identity identity;
    std::string directory;
    std::string exit_file;
    Terminal terminal = Terminal::none;
    std::vector<StreamRole> streams;
    bool has_hooks = false;   // in the launcher's request
    bool is_notified = false; // by the payload: notify_socket.hpp
    // The launcher's request of one check comes behind that of the payload.
    std::optional<HealthPlan> health;
    std::optional<Stop> without_supervisor; // what its payload is asked when that one has gone
};
struct Place {
    std::string cgroup; // empty: none
    // Somebody's of this cgroup: the monitor is not in it yet.
    pid_t beside = 0;
};
// What comes with it is kept for as long as the payload runs.
struct Hold {};
// The order (RelayOrder), the network namespace and the user namespace come with it.
struct StartRelay {};
struct Signal {
    int number = 0;
};
struct State {};
struct Exec {
    std::string exec;
    Terminal terminal = Terminal::none;
    std::vector<StreamRole> streams;
};
using EngineRequest = std::variant<Prepare, Hold, StartRelay, Place, Signal, Stop, State, Exec>;

// From a client; it may send Signal too.
struct Resize {
    std::uint16_t rows = 0;
    std::uint16_t columns = 0;
};
// From a supervisor: the stop that its end would be.
struct StopOfItsOwn {};
using SessionRequest = std::variant<Resize, Signal, StopOfItsOwn>;

// From the launcher.
using Timings = std::vector<std::pair<std::string, std::uint64_t>>; // microseconds
struct Ready {
    Timings timings;
};
struct Born {
    pid_t pid = 0;
};
struct TerminalMade {};
struct Created {}; // waits for the hooks
struct LaunchFailed {
    Failure failure;
};
using LauncherEvent = std::variant<Ready, Born, TerminalMade, Created, LaunchFailed>;

// Those that run beside the launcher and not in it.
struct Hook {
    std::string place; // "hooks.createRuntime[1]"
    std::string path;
    std::vector<std::string> args;               // with argv[0]; empty: the path alone
    std::optional<std::vector<std::string>> env; // absent: the monitor's own
    std::optional<std::int32_t> timeout;         // seconds
};
struct Hooks {
    std::vector<Hook> created; // prestart and createRuntime: before the payload's root is entered
    std::vector<Hook> started;
    std::vector<Hook> stopped;
    std::string state; // without status and PID
};

// How a program is started that carries a container's packets, and what it is then told.
struct RelayOrder {
    std::string program;
    std::vector<std::string> arguments; // with argv[0]
    bool is_inside = false;             // it runs in the container's user namespace
    std::vector<std::string> requests;  // one after the other, to the socket that it listens on
};

// Each refuses what is not such a message with invalid_argument.
Result<EngineRequest> parse_engine_request(std::string_view text);
Result<SessionRequest> parse_session_request(std::string_view text);
Result<LauncherEvent> parse_launcher_event(std::string_view text);
// The hooks in a launcher's request.
Result<Hooks> parse_hooks(std::string_view request);
Result<RelayOrder> parse_relay_order(std::string_view text);
// Why a relay has refused a request; nothing where it has not.
std::optional<std::string> find_relay_refusal(std::string_view answer);

// The descriptors of PACKET from the second on, by their roles. Throws
// Failure{invalid_argument}.
Attachment take_attachment(Packet& packet, const std::vector<StreamRole>& roles);

// To the engine.
std::string started_text(pid_t pid, RealTime at, const Timings& timings);
std::string failed_text(const Failure& failure);
std::string exited_text(const Ending& ending); // the exit record too
std::string state_text(pid_t pid, RealTime started_at);
std::string exec_started_text(std::string_view exec, pid_t pid);
std::string exec_failed_text(std::string_view exec, const Failure& failure);
std::string exec_exited_text(std::string_view exec, const Ending& ending);

// To a client; failed_text() is the same for both.
std::string session_started_text(pid_t pid);
// What the payload has told its service manager (sd_notify(3)).
std::string notified_text(std::string_view assignments);

// To the launcher.
inline constexpr std::string_view begin_text = R"({"method":"begin"})";
inline constexpr std::string_view go_text = R"({"method":"go"})";
inline constexpr std::string_view continue_text = R"({"method":"continue"})";

// To a hook.
std::string hook_state_text(const Hooks& hooks, std::string_view status, pid_t pid);

} // namespace slipway::monitor
