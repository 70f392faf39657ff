// SPDX-License-Identifier: LGPL-2.1-or-later
// Launch: one slipway-launch, from its start to the execve(2) of what it became
// (docs/protocols.md, "Launcher").
#pragma once

#include "monitor/launcher.hpp"
#include "monitor/loop.hpp"
#include "monitor/messages.hpp"

namespace slipway::monitor {

class Launch {
  public:
    struct Events {
        std::function<void(Timings)> ready;
        std::function<void(Process)> born;
        std::function<void(Fd)> terminal;
        // Born, and waits for proceed() before it enters its root.
        std::function<void()> created;
        // The program runs. No event follows.
        std::function<void()> executed;
        // It never will. No event follows; what was started may still have to be
        // killed and reaped.
        std::function<void(const Failure&)> failed;
    };

    // LAUNCHER has been told to begin.
    Launch(Loop& loop, Launcher launcher, Events events);

    // After "ready": on to the birth, in these cgroups (none: wherever the launcher is).
    void go(const std::vector<int>& cgroups);

    // After "created".
    void proceed();

    // Ends the conversation and the launcher; failed() is not called.
    void abort() noexcept;

    // A child that nobody knows may be the one whose "pid" is still on its way,
    // and must not be reaped yet.
    bool awaits_birth() const noexcept { return state_ == State::released; }
    bool is_over() const noexcept { return state_ == State::over; }

  private:
    enum class State { preparing, standing, released, born, over };

    void receive();
    void handle(LauncherEvent event, Packet& packet);
    void end(const std::function<void()>& last_event);

    Events events_;
    State state_ = State::preparing;
    bool is_created_ = false; // and its PID may still be on its way
    Launcher launcher_;
    Fd conversation_;
    Watch watch_;
};

} // namespace slipway::monitor
