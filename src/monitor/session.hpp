// SPDX-License-Identifier: LGPL-2.1-or-later
// Session: the socket to the client that runs or executes something; the
// shortest way for its exit status.
#pragma once

#include "monitor/loop.hpp"
#include "monitor/messages.hpp"

namespace slipway::monitor {

class Session {
  public:
    // SOCKET may not be open: nobody listens then, and nobody asks. ON_CLOSED: the client has gone.
    Session(Loop& loop, Fd socket, std::function<void(const SessionRequest&)> on_request,
            std::function<void()> on_closed = {});

    // Handles at once what the client has sent already.
    void receive_waiting();

    // A client that has gone, or does not read, is forgotten.
    void tell(std::string_view text) noexcept;
    void close() noexcept;

  private:
    void receive();
    void lose() noexcept;

    Fd socket_;
    Watch watch_;
    std::function<void(const SessionRequest&)> on_request_;
    std::function<void()> on_closed_;
};

} // namespace slipway::monitor
