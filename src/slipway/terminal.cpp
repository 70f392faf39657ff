// SPDX-License-Identifier: LGPL-2.1-or-later
// Our own terminal by termios(3).
#include "slipway/terminal.hpp"

#include "base/failure.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

namespace slipway::cli {

bool is_terminal(int fd)
{
    return ::isatty(fd) == 1;
}

std::optional<WindowSize> find_window_size()
{
    for (const int fd : {STDOUT_FILENO, STDIN_FILENO, STDERR_FILENO}) {
        winsize size{};
        if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row != 0)
            return WindowSize{size.ws_row, size.ws_col};
    }
    return std::nullopt;
}

RawMode::RawMode(int fd) : fd_{fd}
{
    check(::tcgetattr(fd_, &before_), "read the terminal's mode");
    termios raw = before_;
    ::cfmakeraw(&raw);
    check(::tcsetattr(fd_, TCSANOW, &raw), "set the terminal's mode");
}

RawMode::~RawMode()
{
    ::tcsetattr(fd_, TCSANOW, &before_);
}

} // namespace slipway::cli
