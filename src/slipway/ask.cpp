// SPDX-License-Identifier: LGPL-2.1-or-later
// Questions: one line of a terminal in its own editing mode, with or without its echo.
#include "slipway/ask.hpp"

#include "arguments/options.hpp"
#include "base/failure.hpp"
#include "slipway/report.hpp"
#include "slipway/signal_inbox.hpp"
#include "slipway/terminal.hpp"

#include <array>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

constexpr std::size_t line_limit = 64U << 10U;

class Quiet {
  public:
    explicit Quiet(Echo echo) : is_quiet_{echo == Echo::off}
    {
        if (!is_quiet_)
            return;
        check(::tcgetattr(STDIN_FILENO, &before_), "read the terminal's mode");
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        quiet.c_lflag |= ECHONL; // the cursor shall be on a line of its own afterwards
        // What was typed before the question was asked would have been seen.
        check(::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet), "set the terminal's mode");
    }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
    Quiet(Quiet&&) = delete;
    Quiet& operator=(Quiet&&) = delete;
    ~Quiet()
    {
        if (is_quiet_)
            ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    }

  private:
    bool is_quiet_;
    termios before_{};
};

} // namespace

std::string ask(const std::string& prompt, Echo echo, const std::string& advice)
{
    if (!is_terminal(STDIN_FILENO))
        throw UsageError{advice};
    SignalInbox inbox{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    const Quiet quiet{echo};
    complain(prompt);
    std::string line;
    for (;;) {
        std::array<pollfd, 2> ready{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{inbox.number(), POLLIN, 0}};
        if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR)
            throw errno_failure(errno, "wait for an answer");
        if (inbox.take()) {
            complain("\n");
            throw Failure{ErrorCode::cancelled, "nothing was answered"};
        }
        if (ready[0].revents == 0)
            continue;
        std::array<char, 4096> piece{};
        const ssize_t count = check(::read(STDIN_FILENO, piece.data(), piece.size()), "read an answer");
        line.append(piece.data(), static_cast<std::size_t>(count));
        if (const std::size_t end = line.find('\n'); end != std::string::npos)
            return line.substr(0, end);
        if (count == 0) {
            complain("\n");
            throw Failure{ErrorCode::cancelled, "nothing was answered"};
        }
        if (line.size() > line_limit)
            throw Failure{ErrorCode::invalid_argument, "the answer is too long"};
    }
}

} // namespace slipway::cli
