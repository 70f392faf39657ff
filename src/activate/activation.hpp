// SPDX-License-Identifier: LGPL-2.1-or-later
// Activation: one run of a container that its sockets have started.
#pragma once

#include "async/event_loop.hpp"
#include "async/passed_sockets.hpp"
#include "async/task_scope.hpp"
#include "base/fd.hpp"
#include "client/manager.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::activate {

class Activation {
  public:
    // PASSED: the container's, in their order. Leaves LOOP when the container has ended, with 0, or could
    // not be started, with 1. SIGTERM, which has to be blocked, stops it. Throws Failure.
    Activation(async::EventLoop& loop, std::string container, async::PassedSockets passed);
    Activation(const Activation&) = delete;
    Activation& operator=(const Activation&) = delete;
    Activation(Activation&&) = delete;
    Activation& operator=(Activation&&) = delete;
    ~Activation() = default;

  private:
    static int asked_to_end(sd_event_source*, const signalfd_siginfo*, void* self);
    async::Task<> follow();
    async::Task<> start();
    // Its exit status.
    async::Task<int> await_end();
    async::Task<> stop();
    async::Task<> stop_when_idle(std::chrono::microseconds limit);
    bool is_connected() const;
    void refuse_all() noexcept;

    async::EventLoop* loop_;
    std::string name_;
    std::vector<Fd> sockets_;
    std::vector<std::string> names_;
    client::Engine engine_;
    std::optional<client::Container> container_;
    async::Source ending_;
    bool has_ended_ = false; // the payload
    async::TaskScope tasks_;
};

} // namespace slipway::activate
