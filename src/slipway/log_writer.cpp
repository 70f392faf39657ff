// SPDX-License-Identifier: LGPL-2.1-or-later
// LogWriter: a newline behind each piece that had one.
#include "slipway/log_writer.hpp"

#include "slipway/moment.hpp"

#include <utility>

namespace slipway::cli {

namespace {

constexpr std::size_t much = 64U << 10U;

} // namespace

void LogWriter::write(const LogEntry& entry)
{
    if (entry.kind == LogEntry::Kind::died || is_hidden(entry))
        return;
    if (entry.kind != gathered_kind_ || gathered_.size() > much)
        flush();
    gathered_kind_ = entry.kind;
    if (stamps_ == Stamps::shown && entry.begins_line())
        gathered_.append(rfc3339(entry.usec)).append(" ");
    gathered_ += entry.text;
    if (entry.is_terminated)
        gathered_ += '\n';
}

bool LogWriter::is_hidden(const LogEntry& entry)
{
    if (fragments_ == Fragments::shown || entry.partial_id.empty())
        return false;
    if (entry.begins_line()) {
        open_.insert(entry.partial_id);
        return false;
    }
    const bool is_known = open_.contains(entry.partial_id);
    if (entry.is_terminated)
        open_.erase(entry.partial_id);
    return !is_known;
}

void LogWriter::flush()
{
    if (gathered_.empty())
        return;
    const std::string gathered = std::exchange(gathered_, {});
    sink_(gathered_kind_, gathered);
}

} // namespace slipway::cli
