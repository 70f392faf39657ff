// SPDX-License-Identifier: LGPL-2.1-or-later
// NotifySocket: where a payload says that it is ready (sd_notify(3)); kept as a file, which no engine has to
// live to see.
#pragma once

#include "monitor/loop.hpp"

#include <functional>
#include <string>

namespace slipway::monitor {

class NotifySocket {
  public:
    struct Events {
        std::function<void()> ready;
        std::function<void(std::string_view assignments)> told; // each datagram, as it came
    };

    // DIRECTORY/notify/socket, the second directory being there already; DIRECTORY/ready comes with READY=1,
    // and then it is told. Throws Failure.
    NotifySocket(Loop& loop, std::string directory, Events events);

  private:
    void receive();

    std::string directory_;
    Events events_;
    Fd socket_;
    Watch watch_;
};

} // namespace slipway::monitor
