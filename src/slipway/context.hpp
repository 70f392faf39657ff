// SPDX-License-Identifier: LGPL-2.1-or-later
// Context: what every verb has: the event loop, the engine behind it, and the global options.
#pragma once

#include "async/event_loop.hpp"
#include "async/task.hpp"
#include "client/engine.hpp"
#include "slipway/report.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slipway::cli {

struct GlobalOptions {
    Detail detail = Detail::plain;
    client::Interaction interaction = client::Interaction::none;
    client::Reach reach = client::Reach::machine;
};

class Context {
  public:
    Context(GlobalOptions global, std::chrono::steady_clock::time_point begun)
        : global_{global}, begun_{begun}
    {
    }

    // Made with the first use, connected with the first call.
    client::Engine& engine();
    async::EventLoop& loop() noexcept { return loop_; }
    const GlobalOptions& global() const noexcept { return global_; }
    // When main() began.
    std::chrono::steady_clock::time_point begun() const noexcept { return begun_; }

    // Runs TASK to its end. A command line does one thing after the other, so verbs need not be coroutines.
    template <typename T>
    T await(async::Task<T> task)
    {
        task.start();
        while (!task.is_done())
            loop_.run_once(UINT64_MAX);
        return task.take();
    }

    // DEED for each name; each failure is told at once. The exit status of the first failure, else 0.
    // An engine that cannot be reached ends the series.
    int for_each(const std::vector<std::string>& names, const std::function<void(const std::string&)>& deed);

  private:
    GlobalOptions global_;
    std::chrono::steady_clock::time_point begun_;
    async::EventLoop loop_;
    std::optional<client::Engine> engine_;
};

} // namespace slipway::cli
