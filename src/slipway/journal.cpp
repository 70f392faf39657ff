// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerJournal: matches, seeking, and the fields that src/monitor/log.cpp writes.
#include "slipway/journal.hpp"

#include "base/failure.hpp"
#include "base/message_id.hpp"

#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

#include <array>
#include <charconv>
#include <string_view>
#include <unistd.h>

namespace slipway::cli {

namespace {

// sd-journal opens what it may and is silent about the rest; without the system's journal nothing of ours is
// to be seen.
bool is_shut_out()
{
    sd_id128_t machine{};
    if (sd_id128_get_machine(&machine) < 0)
        return false;
    std::array<char, SD_ID128_STRING_MAX> name{};
    bool is_refused = false;
    for (const char* directory : {"/var/log/journal/", "/run/log/journal/"}) {
        const std::string file =
            directory + std::string{sd_id128_to_string(machine, name.data())} + "/system.journal";
        if (::access(file.c_str(), R_OK) == 0)
            return false;
        is_refused = is_refused || errno == EACCES;
    }
    return is_refused;
}

// One that is kept may be read though nobody writes it now.
bool has_any_journal()
{
    for (const char* const place : {"/run/systemd/journal/socket", "/var/log/journal", "/run/log/journal"})
        if (::access(place, F_OK) == 0)
            return true;
    return false;
}

} // namespace

void ContainerJournal::Closer::operator()(sd_journal* journal) const noexcept
{
    sd_journal_close(journal);
}

ContainerJournal::ContainerJournal(const std::vector<std::string>& ids, client::Reach reach)
{
    // A user may read what is the user's own.
    if (reach == client::Reach::machine && is_shut_out())
        throw Failure{ErrorCode::access_denied,
                      "you may not read the system's journal (members of the group systemd-journal may)"};
    if (!has_any_journal())
        throw Failure{ErrorCode::not_supported,
                      "there is no journal on this host: what a container writes is in its supervisor's log, "
                      "or in syslog"};
    sd_journal* journal = nullptr;
    ids_ = ids;
    check_negative(sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY), "open the journal");
    journal_.reset(journal);
    check_negative(sd_journal_set_data_threshold(journal, 0), "read the journal");
    match(ids);
    seek_head();
}

void ContainerJournal::match(const std::vector<std::string>& ids)
{
    const auto add = [this](const std::string& term) {
        check_negative(sd_journal_add_match(journal_.get(), term.data(), term.size()), "search the journal");
    };
    // Terms of one field are alternatives; the engine's other events have no stream.
    for (const std::string& id : ids)
        add("CONTAINER_ID_FULL=" + id);
    for (const char* stream : {"stdout", "stderr", "console"})
        add(std::string{"SLIPWAY_STREAM="} + stream);
    check_negative(sd_journal_add_disjunction(journal_.get()), "search the journal");
    for (const std::string& id : ids)
        add("CONTAINER_ID_FULL=" + id);
    add("MESSAGE_ID=" + std::string{message_id::container_died});
}

void ContainerJournal::seek_head()
{
    is_on_entry_ = false;
    check_negative(sd_journal_seek_head(journal_.get()), "search the journal");
}

void ContainerJournal::seek_time(RealTime time)
{
    is_on_entry_ = false;
    check_negative(sd_journal_seek_realtime_usec(journal_.get(), to_usec(time)), "search the journal");
    is_on_entry_ = check_negative(sd_journal_next(journal_.get()), "search the journal") > 0;
    if (is_on_entry_)
        return;
    // What comes now is later, whatever the clock says then.
    seek_end();
    std::uint64_t usec = 0;
    is_on_entry_ = sd_journal_get_realtime_usec(journal_.get(), &usec) >= 0 && usec >= to_usec(time);
}

void ContainerJournal::seek_end()
{
    check_negative(sd_journal_seek_tail(journal_.get()), "search the journal");
    // On the last entry, so that next() goes past it; from the very end it finds nothing that comes later.
    if (check_negative(sd_journal_previous(journal_.get()), "search the journal") == 0)
        seek_head();
}

void ContainerJournal::seek_last_lines(std::size_t count)
{
    is_on_entry_ = false;
    first_back_.clear();
    back_ = 0;
    if (count == 0) {
        seek_end();
        return;
    }
    check_negative(sd_journal_seek_tail(journal_.get()), "search the journal");
    std::map<std::string, std::size_t> lacking;
    for (const std::string& id : ids_)
        lacking[id] = count;
    while (!lacking.empty()) {
        if (check_negative(sd_journal_previous(journal_.get()), "search the journal") == 0) {
            // Fewer lines than wanted; going back from the first entry leaves the place undefined.
            seek_head();
            return;
        }
        ++back_;
        if (!begins_line())
            continue;
        const auto found = lacking.find(find_field("CONTAINER_ID_FULL").value_or(""));
        if (found == lacking.end() || --found->second > 0)
            continue;
        first_back_[found->first] = back_;
        lacking.erase(found);
    }
    is_on_entry_ = true;
}

std::optional<LogEntry> ContainerJournal::next()
{
    for (;;) {
        if (!is_on_entry_ && check_negative(sd_journal_next(journal_.get()), "read the journal") == 0)
            return std::nullopt;
        is_on_entry_ = false;
        LogEntry entry = read_entry();
        const bool is_too_early = is_before_last_lines(entry.container);
        if (back_ > 0)
            --back_;
        if (!is_too_early)
            return entry;
    }
}

bool ContainerJournal::is_before_last_lines(const std::string& container)
{
    const auto found = first_back_.find(container);
    return found != first_back_.end() && back_ > found->second;
}

int ContainerJournal::number()
{
    return check_negative(sd_journal_get_fd(journal_.get()), "watch the journal");
}

void ContainerJournal::process()
{
    check_negative(sd_journal_process(journal_.get()), "watch the journal");
}

std::optional<std::string> ContainerJournal::find_field(const char* name)
{
    const void* data = nullptr;
    std::size_t length = 0;
    const int result = sd_journal_get_data(journal_.get(), name, &data, &length);
    // EBADMSG: a torn file; the entry's other fields may still be there.
    if (result == -ENOENT || result == -EBADMSG)
        return std::nullopt;
    check_negative(result, "read the journal");
    std::string_view field{static_cast<const char*>(data), length};
    field.remove_prefix(std::string_view{name}.size() + 1);
    return std::string{field};
}

bool ContainerJournal::has_field(const char* name, const char* value)
{
    return find_field(name) == value;
}

bool ContainerJournal::begins_line()
{
    return find_field("SLIPWAY_STREAM") && find_field("CONTAINER_PARTIAL_ORDINAL").value_or("1") == "1";
}

LogEntry ContainerJournal::read_entry()
{
    LogEntry entry;
    check_negative(sd_journal_get_realtime_usec(journal_.get(), &entry.usec), "read the journal");
    entry.container = find_field("CONTAINER_ID_FULL").value_or("");
    const std::optional<std::string> stream = find_field("SLIPWAY_STREAM");
    if (!stream) {
        entry.kind = LogEntry::Kind::died;
        const std::string started = find_field("CONTAINER_STARTED_USEC").value_or("");
        std::from_chars(started.data(), started.data() + started.size(), entry.started_usec);
        return entry;
    }
    if (*stream == "stderr")
        entry.kind = LogEntry::Kind::error;
    entry.text = find_field("MESSAGE").value_or("");
    entry.is_terminated = !has_field("CONTAINER_PARTIAL_MESSAGE", "true");
    entry.is_continuation = !begins_line();
    entry.partial_id = find_field("CONTAINER_PARTIAL_ID").value_or("");
    return entry;
}

} // namespace slipway::cli
