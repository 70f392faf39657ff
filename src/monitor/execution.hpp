// SPDX-License-Identifier: LGPL-2.1-or-later
// Execution: one process from its launcher to its last byte of output; the
// payload or an additional process.
//
//     launching ──▶ running ──▶ ended ──▶ finished
//         └───────────────────────────▶ failed
//
// It is running when execve(2) has happened, ended when the process is gone,
// finished when all its output is in the journal and with the client, and the
// client knows the exit status.
#pragma once

#include "monitor/input.hpp"
#include "monitor/launch.hpp"
#include "monitor/output.hpp"
#include "monitor/session.hpp"

#include <memory>
#include <optional>
#include <string>

namespace slipway::monitor {

class Execution {
  public:
    struct Events {
        // The PID is known: children may be reaped again.
        std::function<void()> born;
        // It waits for proceed(); nobody else's than the payload.
        std::function<void()> created;
        std::function<void(const Execution&)> started;
        std::function<void(const Failure&)> failed;
        std::function<void(const Ending&)> ended;
        // All output is read and logged.
        std::function<void(const Ending&)> drained;
        std::function<void(const Ending&)> finished;
    };

    struct Order {
        Fd request;
        Attachment attachment;
        Terminal terminal = Terminal::none;
        // Without one nothing is logged and, where there is no terminal, the
        // client's own descriptors are used.
        const Log* log = nullptr;
    };

    // Has a launcher begin. Throws Failure if that cannot be done.
    Execution(Loop& loop, Launchers& launchers, Order order, Events events);

    // On to the birth, in these cgroups; waits for "ready" if need be.
    void permit(std::vector<int> cgroups);

    // After created().
    void proceed() { launch_->proceed(); }

    // To the process; kept until it runs, if it does not yet.
    void send_signal(int signal);

    // The reaper's word that pid() has ended.
    void end(const Ending& ending);

    // Before it is running: the launcher and the process are killed, the client
    // learns REASON; failed() is not called.
    void abort(const Failure& reason);

    // Congestion is over.
    void resume_output();

    pid_t pid() const noexcept { return process_.pid; }
    RealTime started_at() const noexcept { return started_at_; }
    const Timings& timings() const noexcept { return timings_; }
    bool awaits_birth() const noexcept { return launch_ && launch_->awaits_birth(); }
    bool is_over() const noexcept { return phase_ == Phase::finished || phase_ == Phase::failed; }
    bool is_launching() const noexcept { return phase_ == Phase::launching; }

  private:
    enum class Phase { launching, running, ended, finished, failed };

    void launch(Launcher launcher, Order& order);
    Launch::Events launch_events();
    void take_terminal(Fd master);
    std::unique_ptr<Output> make_output(Fd source, Output::Source kind, std::optional<StreamLog> log,
                                        Fd client);
    void handle(const SessionRequest& request);
    void resize(Resize size);
    void start();
    void fail(const Failure& failure);
    void begin_ending();
    void advance();
    void stop_draining();
    void mark(const char* step);
    template <typename Deed>
    void for_each_output(Deed deed);

    Loop& loop_;
    Events events_;
    Phase phase_ = Phase::launching;
    const Log* log_;
    Fd client_input_; // until there is a terminal
    Fd client_output_;
    Session session_;
    Clock::time_point begin_;
    Timings timings_;
    bool is_ready_ = false;
    std::optional<std::vector<int>> cgroups_; // permitted
    std::unique_ptr<Launch> launch_;
    Process process_;
    // The process's mount namespace. Its last user takes the mounts apart, and with an overlay syncs the
    // whole file system below: that is to be us, once the client knows the exit status, and not the dying
    // process.
    Fd mounts_;
    RealTime started_at_{};
    std::vector<int> early_signals_;
    std::optional<Ending> ending_;
    bool was_drained_ = false;
    Fd terminal_;
    std::optional<Resize> size_;
    std::unique_ptr<Input> input_;
    std::unique_ptr<Output> output_;
    std::unique_ptr<Output> error_;
    Timer drain_timer_;
    std::uint64_t drained_bytes_ = 0;
    int drain_rounds_ = 0;
    Timer flush_timer_;
};

} // namespace slipway::monitor
