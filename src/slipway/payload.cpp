// SPDX-License-Identifier: LGPL-2.1-or-later
// A payload in the foreground: pipes, start, terminal, relay, status.
#include "slipway/payload.hpp"

#include "slipway/exit_status.hpp"
#include "slipway/terminal.hpp"

#include <unistd.h>

namespace slipway::cli {

namespace {

// Signals that come while the engine starts the payload: kept for the payload, but whoever insists gets out.
class EarlySignals {
  public:
    EarlySignals(async::EventLoop& loop, SignalInbox& inbox) : inbox_{&inbox}
    {
        sd_event_source* source = nullptr;
        check_negative(
            sd_event_add_io(loop.bare(), &source, inbox.number(), EPOLLIN, &EarlySignals::came, this),
            "listen for signals");
        source_ = async::Source{source};
    }

    const std::vector<int>& signals() const noexcept { return signals_; }
    bool is_insisting() const noexcept { return insisting_ > 1; }

  private:
    static int came(sd_event_source*, int, std::uint32_t, void* userdata)
    {
        auto* const self = static_cast<EarlySignals*>(userdata);
        while (const std::optional<int> signal = self->inbox_->take()) {
            self->signals_.push_back(*signal);
            if (*signal == SIGINT || *signal == SIGTERM)
                ++self->insisting_;
        }
        return 0;
    }

    SignalInbox* inbox_;
    async::Source source_;
    std::vector<int> signals_;
    int insisting_ = 0;
};

Fd start_payload(Context& context, async::Task<Fd> task, const EarlySignals& early)
{
    task.start();
    while (!task.is_done()) {
        context.loop().run_once(UINT64_MAX);
        if (early.is_insisting())
            throw Failure{ErrorCode::cancelled,
                          "interrupted before the engine answered; what was asked may go on"};
    }
    return task.take();
}

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
        const EarlySignals early{context.loop(), inbox};
        session = start_payload(context, begin(pipes.streams()), early);
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
