// SPDX-License-Identifier: LGPL-2.1-or-later
// Journal: entries to journald by its native protocol
// (systemd.io/JOURNAL_NATIVE_PROTOCOL), none of them lost.
//
// An entry is one datagram, or a sealed memory file where it is too large for
// one. While journald is slow or restarts, entries wait here and is_congested()
// tells the readers of output to stop, so that the payload waits rather than
// that lines are lost, and the monitor goes on answering. A host that never had
// a journal gets none.
#pragma once

#include "monitor/loop.hpp"
#include "monitor/syslog.hpp"

#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>

namespace slipway::monitor {

// Appends "NAME=VALUE\n", or the form with a length where the value has a
// newline.
void append_field(std::string& entry, std::string_view name, std::string_view value);

class Journal {
  public:
    // PATH of journald's socket, SYSLOG_PATH of syslogd's. ON_RELIEF is called each
    // time that the congestion has ended.
    Journal(Loop& loop, std::string path, std::function<void()> on_relief,
            std::string syslog_path = "/dev/log");

    // Where an entry goes on a host without a journal.
    enum class Otherwise { syslog, nowhere };
    // The parts together are one entry's fields.
    void send(std::initializer_list<std::string_view> parts, Otherwise otherwise = Otherwise::syslog);

    bool is_congested() const noexcept { return !waiting_.empty(); }

    // From now on a journald that takes nothing for PATIENCE loses what waits.
    void expect_end(Clock::duration patience);

  private:
    enum class Outcome { sent, full, unreachable, refused };

    Outcome transmit(const std::string_view* parts, std::size_t count);
    Outcome transmit_as_file(const std::string_view* parts, std::size_t count);
    Outcome connect();
    void wait_after(Outcome outcome);
    void flush();
    void relieve();

    Loop& loop_;
    std::string path_;
    std::function<void()> on_relief_;
    Syslog syslog_;
    Fd socket_;
    Watch watch_;
    Timer retry_;
    Timer give_up_;
    Clock::duration patience_{};
    std::deque<std::string> waiting_;
    bool was_reached_ = false;
    bool has_given_up_ = false;
};

} // namespace slipway::monitor
