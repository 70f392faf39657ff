// SPDX-License-Identifier: LGPL-2.1-or-later
// Proxy: carries what comes to the listening sockets of one wire to its target, until nobody is connected any
// more.
#pragma once

#include "async/event_loop.hpp"
#include "async/task_scope.hpp"
#include "base/fd.hpp"
#include "wire-proxy/way.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace slipway::wire_proxy {

class Proxy {
  public:
    // Leaves LOOP after IDLE_LIMIT without a connection, which loses nothing: systemd starts another process
    // at the next one. SOCKETS listen. WAY outlives this. Throws Failure.
    Proxy(async::EventLoop& loop, Way& way, std::vector<Fd> sockets, std::chrono::seconds idle_limit);

  private:
    async::Task<> listen(Fd socket);
    async::Task<> carry(Fd caller);
    async::Task<> carry_both(Fd caller, Fd target);
    async::Task<> leave_when_idle();

    async::EventLoop* loop_;
    Way* way_;
    std::chrono::seconds idle_limit_;
    std::uint64_t arrivals_ = 0;
    async::TaskScope listening_;
    async::TaskScope carrying_;
};

} // namespace slipway::wire_proxy
