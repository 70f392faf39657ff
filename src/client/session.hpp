// SPDX-License-Identifier: LGPL-2.1-or-later
// Session: the packets between a client and the monitor of its payload (docs/protocols.md, "Session").
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace slipway::client {

struct SessionEvent {
    enum class Kind {
        started,
        // error_code and message say why; nothing runs.
        failed,
        // The last one; status, signal and cause are set.
        exited,
        // For a supervisor: message is what the payload has told its service manager (sd_notify(3)).
        notified,
        // The same: message is "starting", "healthy" or "unhealthy".
        health,
        // One that this client does not know.
        other,
    };
    Kind kind = Kind::other;
    int pid = 0;
    // As a shell has it: 128 + signal for a payload that a signal killed.
    int status = 0;
    int signal = 0;
    std::string cause; // "exited", "killed", "core-dump", "oom-kill"
    ErrorCode error_code = ErrorCode::internal;
    std::string message;
};

// Refuses what is no such packet with io_error.
Result<SessionEvent> parse_session_event(std::string_view text);

std::string resize_packet(unsigned rows, unsigned columns);
std::string signal_packet(int signal);
// A supervisor's: the container's own stop.
std::string stop_packet();

} // namespace slipway::client
