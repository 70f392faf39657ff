// SPDX-License-Identifier: LGPL-2.1-or-later
// Monitors: where the monitor of a start comes from. One waits for the next start, with its launcher loaded,
// so that a start need not wait for two programs.
#pragma once

#include "async/event_loop.hpp"
#include "async/task_scope.hpp"
#include "base/fd.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::engine {

class Monitors {
  public:
    struct Monitor {
        pid_t pid = -1;
        Fd pidfd;
        Fd conversation; // docs/protocols.md, "Monitor"
    };

    // PROGRAMS: where slipway-monitor is. ENGINE_SOCKET: where a monitor calls the next engine. REAPERS: the
    // tasks that wait for monitors' ends.
    Monitors(async::EventLoop& loop, async::TaskScope& reapers, std::filesystem::path programs,
             const std::filesystem::path& engine_socket);

    // The one that waits, or a new one. It ends when its conversation is closed before it was told of a
    // container. Throws as kernel::spawn().
    Monitor take();
    // Makes one that waits, unless there is one.
    void make_spare();

  private:
    Monitor spawn();

    async::EventLoop* loop_;
    async::TaskScope* reapers_;
    std::string program_;
    std::vector<std::string> environment_;
    std::optional<Monitor> spare_;
};

} // namespace slipway::engine
