// SPDX-License-Identifier: LGPL-2.1-or-later
// EngineLinks: the conversations with engines: the one that started the
// monitor, and any that came after it.
#pragma once

#include "base/packet.hpp"
#include "monitor/loop.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::monitor {

class EngineLinks {
  public:
    using Id = unsigned;

    struct Events {
        // A Failure thrown ends that conversation.
        std::function<void(Id, Packet&)> packet;
        std::function<void(Id)> closed;
    };

    EngineLinks(Loop& loop, Events events) : loop_{loop}, events_{std::move(events)} {}
    EngineLinks(const EngineLinks&) = delete;
    EngineLinks& operator=(const EngineLinks&) = delete;
    ~EngineLinks();

    Id add(Fd socket);

    // From now on engines may connect to DIRECTORY/monitor.sock. Throws Failure.
    void listen(const std::string& directory);

    // Those that have connected already, so that they hear what is told next.
    void accept_waiting();

    // An engine that has gone, or does not read, is forgotten.
    void tell(Id id, std::string_view text);
    void tell_all(std::string_view text);
    bool has_any() const noexcept;

    // Between two turns of the loop: frees what is closed.
    void sweep();

  private:
    struct Link {
        Id id;
        Fd socket;
        Watch watch;
    };

    void receive(Link& link);
    void tell(Link& link, std::string_view text);
    void close(Link& link);

    Loop& loop_;
    Events events_;
    Id next_id_ = 0;
    std::vector<std::unique_ptr<Link>> links_;
    Fd directory_;
    Fd listener_;
    Watch listener_watch_;
};

// Makes systemd start an engine, by connecting to the socket that it listens on
// for it. Nothing happens where there is no such socket; waits for at most a
// second.
void wake_engine(const std::string& path) noexcept;

} // namespace slipway::monitor
