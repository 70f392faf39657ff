// SPDX-License-Identifier: LGPL-2.1-or-later
// Container: what the monitor is for, from the engine's "prepare" to the
// payload's end and the last word about it.
//
//     idle ──prepare──▶ launching ──▶ running ──▶ ending ──▶ over
//                           └──────▶ failing ──────────────────┘
//
// "place" may come before or after the launcher is ready; once it has come, the
// engine may vanish.
#pragma once

#include "monitor/cgroup.hpp"
#include "monitor/engine_links.hpp"
#include "monitor/execution.hpp"
#include "monitor/health.hpp"
#include "monitor/hook_run.hpp"
#include "monitor/journal.hpp"
#include "monitor/log.hpp"
#include "monitor/notify_socket.hpp"
#include "monitor/relay.hpp"
#include "monitor/supervisor.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::monitor {

// Where the host's things are; other places only in tests.
struct Places {
    std::string launcher;
    std::string journal_socket;
    std::string engine_socket;
};

class Container {
  public:
    // ENGINE: the conversation with the engine that started the monitor.
    Container(Loop& loop, Places places, Fd engine);

    // Loads the launcher of the start to come.
    void expect_start() noexcept { launchers_.expect(); }

    // A child has ended.
    void reap();

    // Between two turns of the loop: frees what is over.
    void sweep();

    // What failed without an end to the container, into the journal.
    void note(const Failure& failure);

    bool is_over() const noexcept { return phase_ == Phase::over; }
    int exit_status() const noexcept { return failure_ ? 1 : 0; }

  private:
    enum class Phase { idle, launching, running, ending, failing, over };

    // An additional process, and the engine that asked for it.
    struct Additional {
        std::string exec;
        EngineLinks::Id asked_by;
        std::unique_ptr<Execution> execution;
    };

    void handle(EngineLinks::Id from, Packet& packet);
    void prepare(Prepare request, Packet& packet);
    void watch_health(const Prepare& request, Fd check);
    void hold(Packet& packet);
    void prepare_relay(Packet& packet);
    void place(const Place& request);
    void supervise(Fd session, const Prepare& request);
    void stop(const Stop& request);
    void answer_state(EngineLinks::Id from);
    void execute(EngineLinks::Id from, const Exec& request, Packet& packet);
    Execution::Events additional_events(EngineLinks::Id from, const std::string& exec);

    void permit();
    void begin_health();
    void run_hooks_of_creation();
    void started();
    void tell_started();
    void listen();
    void settle();
    void fail(const Failure& failure);
    void ended(const Ending& ending);
    void finished(const Ending& ending);
    void tell_exited(const Ending& ending);
    void link_closed(EngineLinks::Id id);
    void kill_leftovers();
    void conclude();
    template <typename Deed>
    void for_each_execution(Deed deed);

    Loop& loop_;
    Places places_;
    Launchers launchers_;
    Phase phase_ = Phase::idle;
    Journal journal_;
    EngineLinks links_;
    EngineLinks::Id first_link_;
    std::string directory_;
    std::string exit_file_;
    std::optional<Log> log_;
    std::optional<Cgroup> cgroup_; // placed
    std::unique_ptr<Execution> payload_;
    std::optional<Supervisor> supervisor_;
    std::optional<NotifySocket> notify_socket_;
    std::unique_ptr<Health> health_;
    std::vector<Fd> held_; // of the engine's, while the payload runs
    std::unique_ptr<Relay> relay_;
    std::vector<Additional> additional_;
    std::optional<Failure> failure_;
    Hooks hooks_;
    HookRun hook_run_;
    Children children_ = Children::some;
    std::uint64_t oom_kills_ = 0; // so far
    bool is_start_told_ = false;
    bool is_told_ = false;    // how it ended, or why it did not start
    bool is_placed_ = false;  // the engine has said where
    bool is_stopped_ = false; // on request, or about to be
    bool is_overdue_ = false; // children that do not die are not waited for
    Timer listen_timer_;
    Timer settle_timer_;
    Timer kill_timer_;
    Timer overdue_timer_;
};

} // namespace slipway::monitor
