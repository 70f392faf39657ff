// SPDX-License-Identifier: LGPL-2.1-or-later
// MonitorLink: the engine's end of the conversation with one monitor (docs/protocols.md).
#pragma once

#include "async/event_loop.hpp"
#include "async/task.hpp"
#include "base/failure.hpp"
#include "base/fd.hpp"
#include "engine/container/health.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace slipway::engine {

// How a payload ended.
struct Exit {
    int status = 0; // as a shell has it
    int signal = 0;
    std::uint64_t at_usec = 0;
    std::string cause; // "exited", "killed", "core-dump", "oom-kill"
};

enum class MonitorEventKind {
    started,
    failed,
    exited,
    state,
    exec_started,
    exec_failed,
    exec_exited,
    health,
};

// One packet of the monitor's; only the members that its kind has are filled.
struct MonitorEvent {
    MonitorEventKind kind{};
    pid_t pid = 0;
    std::uint64_t started_at_usec = 0;
    std::map<std::string, std::uint64_t> timings;
    Exit exit;
    std::string exec;
    std::optional<Failure> failure;
    Health health = Health::unknown;
};

// What the monitor must know of its container.
struct MonitorBriefing {
    std::string id;
    std::string name;
    std::string image_name;
    std::string tag;
    std::string unit;
    std::filesystem::path directory;
    std::filesystem::path exit_file;
    bool has_terminal = false;
    bool has_hooks = false;   // in the launcher's request
    bool is_notified = false; // by the payload (sd_notify(3))
    std::optional<HealthCheck> health;
    // What the payload is asked when its supervisor has gone, if there is one among the streams.
    int stop_signal = 0;
    Microseconds stop_timeout{};
};

// Descriptors of a client by what they are: "stdin", "stdout", "stderr", "session", "supervisor"; "listen"
// and three digits are the payload's listening sockets, in their order.
using Streams = std::map<std::string, Fd>;

inline constexpr std::string_view listening_stream = "listen";
inline constexpr const char* supervisor_stream = "supervisor";

class MonitorLink {
  public:
    // SOCKET: connected, SOCK_SEQPACKET.
    MonitorLink(async::EventLoop& loop, Fd socket);
    // To the monitor of a container that an earlier engine started; nothing where there is none any more.
    static std::unique_ptr<MonitorLink> connect(async::EventLoop& loop,
                                                const std::filesystem::path& directory);

    // What is told to a monitor that has ended is lost: next() has its last words, and its end.
    // CHECK: the launcher's request of one check of its health, with the payload's PID left open; if there
    // are any.
    void prepare(const MonitorBriefing& briefing, const Fd& request, const Fd& check, const Streams& streams);
    // It keeps these for as long as its payload runs.
    void hold(const std::vector<Fd>& descriptors);
    // The payload waits for it. ORDER: a memory file. Once prepared, and before it is placed.
    void relay(const Fd& order, const Fd& network_namespace, const Fd& user_namespace);
    // BESIDE: a process that is in it already; the monitor joins it. 0: it has been put there.
    void place(const std::string& cgroup, pid_t beside = 0);
    void send_signal(int signal);
    void stop(int signal, std::chrono::microseconds timeout);
    void ask_state();
    void exec(const std::string& exec, bool has_terminal, const Fd& request, const Streams& streams);

    // The next event; nothing once the monitor has gone. One reader at a time.
    async::Task<std::optional<MonitorEvent>> next();

  private:
    void tell(const std::string& text, const std::vector<int>& descriptors = {});

    async::EventLoop* loop_;
    Fd socket_;
};

// The record that a monitor leaves; nothing where there is none, or none that can be read.
std::optional<Exit> find_exit(const std::filesystem::path& exit_file);

} // namespace slipway::engine
