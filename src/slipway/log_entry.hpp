// SPDX-License-Identifier: LGPL-2.1-or-later
// LogEntry: one journal entry of a container: a piece of its output, or the news that it has ended.
#pragma once

#include <cstdint>
#include <string>

namespace slipway::cli {

struct LogEntry {
    enum class Kind {
        // To standard output; what a terminal showed as well.
        output,
        // To standard error.
        error,
        // The payload has ended, and all that it wrote stands before this.
        died,
    };
    Kind kind = Kind::output;
    // The container's ID.
    std::string container;
    // When journald received it, in microseconds since the epoch.
    std::uint64_t usec = 0;
    // Of the run that has ended, as the container's property has it.
    std::uint64_t started_usec = 0;
    // Any bytes.
    std::string text;
    // A newline followed.
    bool is_terminated = true;
    // It goes on with a line that a piece of the same identifier began.
    bool is_continuation = false;
    // Of a line in several pieces.
    std::string partial_id;

    bool begins_line() const noexcept { return kind != Kind::died && !is_continuation; }
};

} // namespace slipway::cli
