// SPDX-License-Identifier: LGPL-2.1-or-later
// Session: the socket to the client that runs or executes something; the
// shortest way for its exit status.
#pragma once

#include "monitor/loop.hpp"
#include "monitor/messages.hpp"

namespace slipway::monitor {

class Session {
  public:
    // SOCKET may not be open: nobody listens then, and nobody asks.
    Session(Loop& loop, Fd socket, std::function<void(const SessionRequest&)> on_request);

    // Handles at once what the client has sent already.
    void receive_waiting();

    // A client that has gone, or does not read, is forgotten.
    void tell(std::string_view text) noexcept;
    void close() noexcept;

  private:
    void receive();

    Fd socket_;
    Watch watch_;
    std::function<void(const SessionRequest&)> on_request_;
};

} // namespace slipway::monitor
