// SPDX-License-Identifier: LGPL-2.1-or-later
// Supervisor: the client that keeps the container as a process of its own (slipway supervise). It hears what
// the payload tells its service manager, and the payload does not outlive it.
#pragma once

#include "monitor/session.hpp"

namespace slipway::monitor {

class Supervisor {
  public:
    struct Events {
        std::function<void(const Stop&)> stop;
        std::function<void(int signal)> signal;
    };

    // WITHOUT: the stop that its own end is taken for. Nobody, where SOCKET is not open.
    Supervisor(Loop& loop, Fd socket, Stop without, Events events);

    void tell(std::string_view text) noexcept { session_.tell(text); }

  private:
    void handle(const SessionRequest& request);

    Stop stop_;
    Events events_;
    Session session_;
};

} // namespace slipway::monitor
