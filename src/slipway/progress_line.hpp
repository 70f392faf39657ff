// SPDX-License-Identifier: LGPL-2.1-or-later
// ProgressLine: how far a job is, in one line that is written over; only on a terminal.
#pragma once

#include "client/job.hpp"

#include <string>

namespace slipway::cli {

// "unpacking 117MB of 250MB (46%)".
std::string progress_text(const client::Progress& progress);

class ProgressLine {
  public:
    ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ProgressLine(ProgressLine&&) = delete;
    ProgressLine& operator=(ProgressLine&&) = delete;
    ~ProgressLine() { clear(); }

    void show(const client::Progress& progress);
    void clear() noexcept;

  private:
    bool is_on_;
    bool is_shown_ = false;
};

} // namespace slipway::cli
