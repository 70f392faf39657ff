// SPDX-License-Identifier: LGPL-2.1-or-later
// HookRun: hooks of the host's (OCI runtime specification, "POSIX-platform Hooks"), one after the other,
// beside the loop.
#pragma once

#include "monitor/loop.hpp"
#include "monitor/messages.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace slipway::monitor {

class HookRun {
  public:
    // With the reason if one has failed, and the rest was left out.
    using Done = std::function<void(const std::optional<Failure>&)>;

    explicit HookRun(Loop& loop);

    // STATE: what they read. DONE is called when the last has ended, at once where there are none.
    void start(std::vector<Hook> hooks, std::string state, Done done);
    // The reaper's word about a child, its own or another.
    void end(pid_t pid, const Ending& ending);
    // Kills what runs; done() is not called. What the hook has started comes to the subreaper once it is
    // dead.
    void stop() noexcept;

    // The one that runs, and the one that stop() has killed; 0 for none.
    pid_t pid() const noexcept { return process_.pid; }
    pid_t stopped() const noexcept { return stopped_; }

    bool is_running() const noexcept { return is_running_; }

  private:
    void next();
    void finish(const std::optional<Failure>& failure);
    void refuse(const std::string& reason);

    std::vector<Hook> hooks_;
    std::string state_;
    Done done_;
    std::size_t index_ = 0;
    Process process_;
    pid_t stopped_ = 0;
    Timer timer_;
    bool is_running_ = false;
    bool is_late_ = false;
};

} // namespace slipway::monitor
