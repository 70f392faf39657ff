// SPDX-License-Identifier: LGPL-2.1-or-later
// Syslog: entries as lines to syslogd (RFC 3164), on a host that has no journal.
#pragma once

#include "base/fd.hpp"

#include <string>
#include <string_view>

namespace slipway::monitor {

// What a syslogd needs of an entry in the journal's native form; of one that is not in that form nothing.
struct SyslogEntry {
    int priority = 6;
    std::string_view identifier = "slipway";
    std::string_view message;
};
SyslogEntry read_entry(std::string_view entry);

class Syslog {
  public:
    // PATH of syslogd's socket.
    explicit Syslog(std::string path) : path_{std::move(path)} {}

    // ENTRY in the journal's native form. Never waits: a line that syslogd does not take, or that nobody is
    // there for, is lost.
    void send(std::string_view entry);

  private:
    bool connect();

    std::string path_;
    Fd socket_;
};

} // namespace slipway::monitor
