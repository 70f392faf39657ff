// SPDX-License-Identifier: LGPL-2.1-or-later
// Log: the fields of each kind of entry (systemd.journal-fields(7); CONTAINER_*
// as in docker's journald driver).
#include "monitor/log.hpp"

#include "base/id.hpp"
#include "base/message_id.hpp"
#include "base/signal_name.hpp"

#include <syslog.h>

namespace slipway::monitor {

namespace {

std::string_view name_of(LogStream stream)
{
    switch (stream) {
    case LogStream::standard_output:
        return "stdout";
    case LogStream::standard_error:
        return "stderr";
    case LogStream::console:
        break;
    }
    return "console";
}

std::string priority_field(int priority)
{
    return "PRIORITY=" + std::to_string(priority) + "\n";
}

} // namespace

StreamLog::StreamLog(Journal& journal, std::string_view fields, LogStream stream,
                     Journal::Otherwise otherwise)
    : journal_{journal}, stream_{stream}, otherwise_{otherwise}, fields_{fields}
{
    fields_ += priority_field(stream == LogStream::standard_error ? LOG_ERR : LOG_INFO);
    append_field(fields_, "SLIPWAY_STREAM", name_of(stream));
}

void StreamLog::write(Line line)
{
    if (stream_ == LogStream::console && line.terminated && line.text.ends_with('\r'))
        line.text.remove_suffix(1);
    std::string partial;
    if (!line.partial_id.empty()) {
        if (!line.terminated)
            append_field(partial, "CONTAINER_PARTIAL_MESSAGE", "true");
        append_field(partial, "CONTAINER_PARTIAL_ID", line.partial_id);
        append_field(partial, "CONTAINER_PARTIAL_ORDINAL", std::to_string(line.ordinal));
        append_field(partial, "CONTAINER_PARTIAL_LAST", line.last ? "true" : "false");
    }
    journal_.send({fields_, partial, "MESSAGE=", line.text, "\n"}, otherwise_);
}

Log::Log(Journal& journal, const Identity& identity) : journal_{journal}, name_{identity.name}
{
    append_field(fields_, "CONTAINER_NAME", identity.name);
    append_field(fields_, "CONTAINER_ID", short_id(identity.id));
    append_field(fields_, "CONTAINER_ID_FULL", identity.id);
    append_field(fields_, "CONTAINER_TAG", identity.tag);
    append_field(fields_, "IMAGE_NAME", identity.image_name);
    stream_fields_ = fields_;
    append_field(stream_fields_, "SYSLOG_IDENTIFIER", identity.tag.empty() ? identity.name : identity.tag);
    append_field(fields_, "SYSLOG_IDENTIFIER", "slipway-monitor");
}

void Log::write_died(const Ending& ending, RealTime started_at)
{
    std::string entry = priority_field(ending.status == 0 ? LOG_INFO : LOG_NOTICE);
    append_field(entry, "MESSAGE_ID", message_id::container_died);
    append_field(entry, "CONTAINER_EXIT_STATUS", std::to_string(ending.status));
    append_field(entry, "CONTAINER_EXIT_SIGNAL", std::to_string(ending.signal));
    append_field(entry, "CONTAINER_EXIT_CAUSE", cause_of(ending));
    append_field(entry, "CONTAINER_STARTED_USEC", std::to_string(to_usec(started_at)));
    std::string message = "Container " + name_;
    if (ending.oom_killed)
        message += " was killed by the kernel for want of memory (see MemoryMax= of its scope).";
    else if (ending.signal != 0)
        message +=
            " was killed by " + signal_name(ending.signal) + (ending.core_dumped ? " and dumped core." : ".");
    else
        message += " exited with status " + std::to_string(ending.status) + ".";
    append_field(entry, "MESSAGE", message);
    journal_.send({fields_, entry});
}

void Log::write_health(const HealthRecord& record)
{
    const bool is_bad = record.status == HealthStatus::unhealthy;
    std::string entry = priority_field(is_bad ? LOG_WARNING : LOG_INFO);
    append_field(entry, "MESSAGE_ID", message_id::container_health);
    append_field(entry, "CONTAINER_HEALTH", name_of(record.status));
    std::string message = "Container " + name_ + " is " + std::string{name_of(record.status)};
    if (is_bad && !record.log.empty()) {
        const HealthRecord::Entry& last = record.log.back();
        message += last.exit_code < 0 ? ": its check failed"
                                      : ": its check ended with status " + std::to_string(last.exit_code);
        std::string_view said = last.output;
        while (said.ends_with('\n'))
            said.remove_suffix(1);
        said = said.substr(said.rfind('\n') + 1);
        if (!said.empty())
            message += ": " + std::string{said};
    }
    append_field(entry, "MESSAGE", message + (is_bad ? "" : "."));
    journal_.send({fields_, entry});
}

void Log::write_failure(const Failure& failure)
{
    std::string entry = priority_field(LOG_ERR);
    append_field(entry, "MESSAGE", failure.message());
    journal_.send({fields_, entry});
}

} // namespace slipway::monitor
