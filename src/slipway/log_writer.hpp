// SPDX-License-Identifier: LGPL-2.1-or-later
// LogWriter: entries back to the bytes that the payload wrote, each stream to its own.
#pragma once

#include "slipway/log_entry.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace slipway::cli {

enum class Stamps { none, shown };

// What to do with the pieces of a line whose beginning was not shown.
enum class Fragments { shown, hidden };

class LogWriter {
  public:
    // Takes bytes for standard output or error.
    using Sink = std::function<void(LogEntry::Kind, std::string_view)>;

    LogWriter(Stamps stamps, Fragments fragments, Sink sink)
        : stamps_{stamps}, fragments_{fragments}, sink_{std::move(sink)}
    {
    }

    // Pieces of a line are joined; "died" entries write nothing.
    void write(const LogEntry& entry);
    // Hands over what is gathered. The sink may throw.
    void flush();

  private:
    bool is_hidden(const LogEntry& entry);

    Stamps stamps_;
    Fragments fragments_;
    Sink sink_;
    // Lines that have begun and go on.
    std::set<std::string> open_;
    // Of one stream, so that the order of the streams is kept.
    std::string gathered_;
    LogEntry::Kind gathered_kind_ = LogEntry::Kind::output;
};

} // namespace slipway::cli
