// SPDX-License-Identifier: LGPL-2.1-or-later
// LogReader: follows a network's log of names while another process writes it.
//
// Who writes appends whole lines, each by one write(2), or renames a new file over the old one. So a look at
// the open file's size and number of links tells whether there is news, and all that was written before the
// look is read by it: no watch, no conversation, and either side may die at any time.
#pragma once

#include "base/fd.hpp"
#include "names/log_line.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace slipway::names {

struct News {
    // What was read before counts no more: this is another file, or there is none.
    bool is_anew = false;
    std::optional<Head> head;
    std::vector<Change> changes;
    // A phrase for each line that was skipped because it could not be understood.
    std::vector<std::string> complaints;
};

class LogReader {
  public:
    explicit LogReader(std::filesystem::path path) : path_{std::move(path)} {}

    // What has come since the last call; a last line without its newline is left for the next one. Nothing
    // where there is no news: one fstat(2). Throws Failure{io_error}.
    std::optional<News> read_news();

  private:
    void take_lines(News& news);

    std::filesystem::path path_;
    Fd file_;
    std::size_t read_ = 0; // bytes of the file in whole lines
};

} // namespace slipway::names
