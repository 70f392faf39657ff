// SPDX-License-Identifier: LGPL-2.1-or-later
// A payload in the foreground: pipes, start, terminal, relay, status.
#include "slipway/payload.hpp"

#include "slipway/early_signals.hpp"
#include "slipway/exit_status.hpp"
#include "slipway/terminal.hpp"

#include <unistd.h>

namespace slipway::cli {

namespace {

constexpr int insisting_enough = 2;

int status_of(const Ending& ending, const AskStatus& ask_status)
{
    if (ending.was_left)
        throw Failure{ErrorCode::cancelled, "left on request; the container goes on"};
    const int status = ending.exited ? ending.exited->status : ask_status();
    if (ending.exited && ending.exited->cause == "oom-kill")
        complain(
            "slipway: killed by the kernel for want of memory (see --memory, and MemoryMax= of the scope)\n");
    if (ending.write_failure && status == 0)
        throw *ending.write_failure;
    if (ending.write_failure)
        complain("slipway: " + ending.write_failure->message() + "\n");
    return status;
}

} // namespace

void require_terminal(Wishes wishes)
{
    if (wishes.has_terminal && wishes.opens_stdin && !is_terminal(STDIN_FILENO))
        throw Failure{ErrorCode::invalid_argument,
                      "the input device is not a TTY: leave out -t, or run this from a terminal"};
}

int run_in_foreground(Context& context, Wishes wishes, LeaveWhen when, const Begin& begin,
                      const AskStatus& ask_status)
{
    require_terminal(wishes);
    // A reader of our output that goes away ends the relaying, not us.
    ::signal(SIGPIPE, SIG_IGN);
    SignalInbox inbox{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH};
    Pipes pipes{wishes};
    Fd session;
    std::vector<int> early_signals;
    {
        EarlySignals early{context.loop(), inbox, insisting_enough};
        session = early.await(context, begin(pipes.streams()));
        early_signals = early.signals();
    }
    pipes.close_far_ends();
    // From here on the engine is not needed, and may leave.
    context.engine().disconnect();

    Ending ending;
    {
        std::optional<RawMode> raw;
        if (wishes.has_terminal && wishes.opens_stdin)
            raw.emplace(STDIN_FILENO);
        Attachment attachment{std::move(session), pipes.make_pumps(), inbox, wishes};
        for (const int signal : early_signals)
            attachment.pass_signal(signal);
        ending = attachment.relay(when);
    }
    return status_of(ending, ask_status);
}

} // namespace slipway::cli
