// SPDX-License-Identifier: LGPL-2.1-or-later
// LogWriter: the engine's end of a network's log of names. When a call returns, every question that is put
// after it is answered by it.
#pragma once

#include "base/fd.hpp"
#include "names/log_line.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace slipway::names {

// What an owner has.
struct Holding {
    std::vector<Record> records;
    Outlook outlook;

    Holding() = default;
    Holding(std::vector<Record> its_records, Outlook its_outlook = {}) // NOLINT: most have records alone
        : records{std::move(its_records)}, outlook{std::move(its_outlook)}
    {
    }
    bool operator==(const Holding&) const = default;
    bool empty() const noexcept { return records.empty() && outlook.empty(); }
};

// By owner: a container's ID, or whatever else names who has them.
using Contents = std::map<std::string, Holding>;

class LogWriter {
  public:
    // Goes on with the log at PATH, or begins it: one that has another head, or a torn end, is written anew
    // with what it says. The directory must be there. Throws Failure{io_error, no_space}.
    LogWriter(std::filesystem::path path, Head head);

    const Contents& contents() const noexcept { return contents_; }

    // OWNER has this and nothing else from now on. Nothing is written where that is so already.
    // One write(2): it is seen whole or not at all. Throws Failure{io_error, no_space}, and then nothing has
    // changed.
    void set(const std::string& owner, std::vector<Record> records, Outlook outlook = {});
    void unset(const std::string& owner) { set(owner, {}); }
    // All at once: what an engine says that has rebuilt its picture.
    void replace(Contents contents);

  private:
    bool take_up();
    void append(const std::string& line);
    void write_anew(const Contents& contents);
    void compact() noexcept;

    std::filesystem::path path_;
    Head head_;
    Contents contents_;
    Fd file_;
    std::size_t size_ = 0;  // of the file
    std::size_t worth_ = 0; // of the file if it were written anew
};

} // namespace slipway::names
