// SPDX-License-Identifier: LGPL-2.1-or-later
// Health: whether the payload does what it is for, by its own word (sd_notify(3)) and by checks that are
// executed beside it.
#pragma once

#include "monitor/execution.hpp"
#include "monitor/health_record.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::monitor {

// One check. WHEN_OVER hears how it ended and what it said, once.
class Check {
  public:
    using WhenOver = std::function<void(const HealthRecord::Entry&)>;

    // REQUEST: the launcher's. Throws Failure where it cannot be started.
    Check(Loop& loop, Launchers& launchers, const Fd& request, std::vector<int> cgroups, Microseconds timeout,
          std::function<void()> when_born, WhenOver when_over);

    Execution& execution() noexcept { return *execution_; }
    void kill();

  private:
    // False once there is nothing more for now.
    bool read();
    void overdue();
    void over(int exit_code);

    WhenOver when_over_;
    HealthRecord::Entry entry_;
    Microseconds timeout_;
    Fd said_;
    Watch watch_;
    Timer timer_;
    bool is_overdue_ = false;
    std::unique_ptr<Execution> execution_;
};

class Health {
  public:
    struct Events {
        // As those of executions: children may be reaped again.
        std::function<void()> born;
        // Its state is another one.
        std::function<void(const HealthRecord&)> changed;
        std::function<void(const Failure&)> failed;
    };

    // PLAN: absent where its own word is all there is. REQUEST: the launcher's of one check, without the
    // payload's PID. FILE has the state from now on, for engines to read.
    Health(Loop& loop, Launchers& launchers, std::optional<HealthPlan> plan, Fd request, std::string file,
           Events events);

    enum class Word { awaited, not_awaited };
    // The payload runs; its first check comes soon, or after its word.
    void begin(pid_t payload, std::vector<int> cgroups, Word word);
    // It says that it is ready.
    void hear_ready();
    // The payload has ended.
    void stop() noexcept;
    // Between two turns of the loop.
    void sweep() noexcept;

    // The check that runs, or nothing.
    Execution* execution() noexcept { return check_ ? &check_->execution() : nullptr; }

  private:
    void go_on();
    void begin_checks();
    void begin_check();
    void take(const HealthRecord::Entry& entry);
    bool counts(Clock::time_point at) const;
    Clock::duration pause() noexcept;
    void set(HealthStatus status);
    void write();

    Loop& loop_;
    Launchers& launchers_;
    std::optional<HealthPlan> plan_;
    Fd request_;
    std::string file_;
    Events events_;
    HealthRecord record_;
    std::vector<int> cgroups_;
    bool is_running_ = false;
    bool has_heard_ready_ = false;
    Clock::time_point counted_at_; // the start, or the last failure that counted
    Clock::time_point grace_end_;
    Clock::duration next_pause_{};
    Timer timer_;
    std::unique_ptr<Check> check_;
    bool is_check_over_ = false;
};

} // namespace slipway::monitor
