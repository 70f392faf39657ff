// SPDX-License-Identifier: LGPL-2.1-or-later
// Process: a payload or an additional process, child of the monitor; and how it
// ended.
#pragma once

#include "base/fd.hpp"
#include "base/time.hpp"

#include <functional>
#include <string_view>
#include <sys/types.h>
#include <sys/wait.h>

namespace slipway::monitor {

struct Ending {
    // As a shell has it: 128 + signal where a signal killed it.
    int status = 0;
    // 0 where it exited by itself.
    int signal = 0;
    bool core_dumped = false;
    RealTime at{};
    bool oom_killed = false; // killed for want of memory (memory.events, oom_kill)
};

// "exited", "killed", "core-dump", "oom-kill".
std::string_view cause_of(const Ending& ending);

struct Process {
    pid_t pid = 0;
    Fd pidfd;

    // Nothing happens if it has ended, or if there is no such signal.
    void send_signal(int signal) const noexcept;
};

// What waitid(2) says.
Ending ending_of(const siginfo_t& info, RealTime at);

enum class Children { some, none };

// Reaps all children that have ended, orphans too; ON_END hears of each one.
Children reap_children(const std::function<void(pid_t, const Ending&)>& on_end);

// SIGKILL to each child but one: what a launcher or a hook left behind, orphans
// that came to the subreaper.
void kill_children(pid_t spared = 0);

} // namespace slipway::monitor
