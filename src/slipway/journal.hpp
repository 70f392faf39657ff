// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerJournal: the entries of containers in the system's journal (sd-journal(3)), in the journal's own
// order.
#pragma once

#include "base/time.hpp"
#include "client/link.hpp"
#include "slipway/log_entry.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct sd_journal;

namespace slipway::cli {

class ContainerJournal {
  public:
    // IDS: all 64 digits of each, at least one. Throws Failure{access_denied} where this user may not read
    // the journal.
    ContainerJournal(const std::vector<std::string>& ids, client::Reach reach);
    ContainerJournal(const ContainerJournal&) = delete;
    ContainerJournal& operator=(const ContainerJournal&) = delete;
    ContainerJournal(ContainerJournal&&) = delete;
    ContainerJournal& operator=(ContainerJournal&&) = delete;
    ~ContainerJournal() = default;

    // The next entry is then the first one of all; the first one at or after TIME; the first of the last
    // COUNT lines of each container.
    void seek_head();
    void seek_time(RealTime time);
    void seek_last_lines(std::size_t count);

    // Nothing at the end, for now.
    std::optional<LogEntry> next();

    // Readable when something may have come (poll(2)); then process(), then next().
    int number();
    void process();

  private:
    LogEntry read_entry();
    void seek_end();
    std::optional<std::string> find_field(const char* name);
    bool begins_line();
    bool has_field(const char* name, const char* value);
    void match(const std::vector<std::string>& ids);
    bool is_before_last_lines(const std::string& container);

    struct Closer {
        void operator()(sd_journal* journal) const noexcept;
    };
    std::unique_ptr<sd_journal, Closer> journal_;
    std::vector<std::string> ids_;
    // Already moved to; next() takes it from there.
    bool is_on_entry_ = false;
    // After seek_last_lines(): how many entries back from the end the last lines of a container begin, and
    // how many back next() is.
    std::map<std::string, std::size_t> first_back_;
    std::size_t back_ = 0;
};

} // namespace slipway::cli
