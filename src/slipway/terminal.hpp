// SPDX-License-Identifier: LGPL-2.1-or-later
// Our own terminal: its size, and raw mode for as long as a payload has it.
#pragma once

#include <optional>
#include <termios.h>

namespace slipway::cli {

bool is_terminal(int fd);

struct WindowSize {
    unsigned rows = 0;
    unsigned columns = 0;
};

// Of the first of our standard streams that is a terminal.
std::optional<WindowSize> find_window_size();

// Keys go through as they are typed, Ctrl-C included; what was before comes back with the end of this.
class RawMode {
  public:
    // Throws Failure{io_error}.
    explicit RawMode(int fd);
    RawMode(const RawMode&) = delete;
    RawMode& operator=(const RawMode&) = delete;
    RawMode(RawMode&&) = delete;
    RawMode& operator=(RawMode&&) = delete;
    ~RawMode();

  private:
    int fd_;
    termios before_{};
};

} // namespace slipway::cli
