// SPDX-License-Identifier: LGPL-2.1-or-later
// ServiceLines: what several containers write, each line with its container's name in front.
#pragma once

#include "slipway/log_entry.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace slipway::cli {

enum class Prefixes { none, plain, coloured };

class ServiceLines {
  public:
    using Sink = std::function<void(LogEntry::Kind, std::string_view)>;

    ServiceLines(Prefixes prefixes, Sink sink) : prefixes_{prefixes}, sink_{std::move(sink)} {}

    // NAMES by ID; all prefixes are as long as the longest.
    void name(const std::map<std::string, std::string>& names);
    // A line that CONTAINER has not ended is ended where another one writes.
    void write(const std::string& container, LogEntry::Kind kind, std::string_view bytes);

  private:
    Prefixes prefixes_;
    Sink sink_;
    std::map<std::string, std::string> fronts_; // by ID
    // Who has written a line that is not at its end, and where to.
    std::string open_;
    LogEntry::Kind open_kind_ = LogEntry::Kind::output;
};

// To standard output and error: coloured on a terminal.
ServiceLines lines_on_terminal(bool has_prefix, bool has_colour);

} // namespace slipway::cli
