// SPDX-License-Identifier: LGPL-2.1-or-later
// Log: a container's lines and events as journal entries, under the field names
// that docker's and podman's have.
#pragma once

#include "monitor/health_record.hpp"
#include "monitor/journal.hpp"
#include "monitor/line_splitter.hpp"
#include "monitor/messages.hpp"

#include <string>
#include <string_view>

namespace slipway::monitor {

enum class LogStream { standard_output, standard_error, console };

// One stream's lines.
class StreamLog {
  public:
    // FIELDS: those of every entry of the container. OTHERWISE: where there is no journal.
    StreamLog(Journal& journal, std::string_view fields, LogStream stream, Journal::Otherwise otherwise);

    // A console's line loses the carriage return that the terminal put before the
    // newline.
    void write(Line line);
    bool is_congested() const noexcept { return journal_.is_congested(); }

  private:
    Journal& journal_;
    LogStream stream_;
    Journal::Otherwise otherwise_;
    std::string fields_;
};

class Log {
  public:
    Log(Journal& journal, const Identity& identity);

    // CLIENT: who gets the same bytes, so that on a host without a journal nobody else need.
    StreamLog stream(LogStream which, const Fd& client = {}) const
    {
        return {journal_, stream_fields_, which,
                client ? Journal::Otherwise::nowhere : Journal::Otherwise::syslog};
    }

    // The engine's event "died", of the run that began at STARTED_AT.
    void write_died(const Ending& ending, RealTime started_at);

    // That its health is another one, and what the last check said.
    void write_health(const HealthRecord& record);

    // What the monitor itself could not do; goes on all the same.
    void write_failure(const Failure& failure);

  private:
    Journal& journal_;
    std::string name_;
    std::string fields_;        // of every entry
    std::string stream_fields_; // of the payload's lines: the same, and who speaks
};

} // namespace slipway::monitor
