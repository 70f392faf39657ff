// SPDX-License-Identifier: LGPL-2.1-or-later
// Way: connections to a wire's target. The engine starts it and gives sockets that are in its network
// already; a few are kept for the next connections.
#pragma once

#include "async/event_loop.hpp"
#include "async/task.hpp"
#include "async/turn.hpp"
#include "base/fd.hpp"
#include "client/wire.hpp"
#include "wires/counters.hpp"

#include <netinet/in.h>
#include <optional>
#include <string>
#include <vector>

namespace slipway::wire_proxy {

struct Connected {
    Fd socket;
    bool has_started = false; // the target, for this connection
};

class Way {
  public:
    // PATH: the wire's object. ENGINE outlives this.
    Way(async::EventLoop& loop, client::Engine& engine, std::string path)
        : loop_{&loop}, wire_{engine, std::move(path)}
    {
    }

    // Throws Failure: what the engine says, or that the target refuses.
    async::Task<Connected> connect();

    // Before the engine was first reached they are nobody's but ours.
    wires::Counts& counts() noexcept { return counters_ ? counters_->now() : early_; }

  private:
    async::Task<bool> refill();
    async::Task<int> try_connect(const Fd& socket);

    async::EventLoop* loop_;
    client::Wire wire_;
    async::Turnstile refills_;
    std::vector<Fd> sockets_;
    sockaddr_storage address_{};
    socklen_t address_size_ = 0;
    std::optional<wires::Counters> counters_;
    wires::Counts early_;
};

} // namespace slipway::wire_proxy
