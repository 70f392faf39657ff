// SPDX-License-Identifier: LGPL-2.1-or-later
// PartsBoard: how far the parts of a job are: a line each that is written over on a terminal, and off it a
// line for each that is done.
#pragma once

#include "client/job.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace slipway::cli {

// "3f4a5b6c7d8e: downloading [=====>    ] 12MB of 24MB", within COLUMNS.
std::string part_text(const client::JobPart& part, std::size_t columns);

class PartsBoard {
  public:
    PartsBoard();

    void show(const client::Progress& progress);
    // What is shown stays; more output may follow.
    void leave();

  private:
    void redraw(const client::Progress& progress);
    void tell(const client::Progress& progress);

    bool is_on_;
    std::size_t shown_ = 0;                   // lines on the terminal that are ours
    std::map<std::string, std::string> told_; // phases by part
};

} // namespace slipway::cli
