// SPDX-License-Identifier: LGPL-2.1-or-later
// Attachment: one poll(2) loop over the session, our signals and all pumps.
#include "slipway/attach.hpp"

#include "base/packet.hpp"
#include "slipway/terminal.hpp"

#include <algorithm>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

// Fewer wake-ups for a payload that writes much; where it is refused the default does.
constexpr int pipe_size = 256 << 10;

// Having insisted so often, one wants out (as with docker).
constexpr int insisting_limit = 3;

FdPair make_wide_pipe()
{
    FdPair pipe = make_pipe();
    ::fcntl(pipe.second.number(), F_SETPIPE_SZ, pipe_size);
    return pipe;
}

int poll_all(std::vector<pollfd>& polled, int timeout)
{
    const int count = ::poll(polled.data(), polled.size(), timeout);
    if (count < 0 && errno == EINTR) {
        for (pollfd& each : polled)
            each.revents = 0;
        return 0;
    }
    return check(count, "wait for output");
}

} // namespace

Pipes::Pipes(Wishes wishes) : output_{make_wide_pipe()}
{
    if (wishes.opens_stdin)
        input_ = make_wide_pipe();
    if (!wishes.has_terminal)
        error_ = make_wide_pipe();
}

client::Streams Pipes::streams() const noexcept
{
    return {input_.first.number(), output_.second.number(), error_.second.number()};
}

void Pipes::close_far_ends() noexcept
{
    input_.first.reset();
    output_.second.reset();
    error_.second.reset();
}

std::vector<Pump> Pipes::make_pumps()
{
    std::vector<Pump> pumps;
    pumps.push_back(Pump::outward(std::move(output_.first), STDOUT_FILENO));
    if (error_.first)
        pumps.push_back(Pump::outward(std::move(error_.first), STDERR_FILENO));
    if (input_.second)
        pumps.push_back(Pump::inward(STDIN_FILENO, std::move(input_.second)));
    return pumps;
}

Attachment::Attachment(Fd session, std::vector<Pump> pumps, SignalInbox& inbox, Wishes wishes)
    : session_{std::move(session)}, pumps_{std::move(pumps)}, inbox_{&inbox}, wishes_{wishes}
{
    check(::fcntl(session_.number(), F_SETFL, O_NONBLOCK), "use the session");
    if (wishes_.has_terminal)
        send_size();
}

Ending Attachment::relay(LeaveWhen when)
{
    while (!is_finished(when))
        turn();
    for (const Pump& pump : pumps_)
        if (pump.write_failure() && !ending_.write_failure)
            ending_.write_failure = pump.write_failure();
    return std::move(ending_);
}

void Attachment::turn()
{
    std::vector<pollfd> polled{{session_.number(), POLLIN, 0}, {inbox_->number(), POLLIN, 0}};
    for (const Pump& pump : pumps_) {
        const Pump::Interest source = pump.source_interest();
        const Pump::Interest sink = pump.sink_interest();
        polled.push_back({source.fd, source.events, 0});
        polled.push_back({sink.fd, sink.events, 0});
    }
    poll_all(polled, -1);
    if (polled[1].revents != 0)
        take_signals();
    for (std::size_t i = 0; i < pumps_.size(); ++i)
        pumps_[i].advance(polled[2 + 2 * i].revents, polled[3 + 2 * i].revents);
    if (polled[0].revents != 0)
        take_event();
}

bool Attachment::is_finished(LeaveWhen when) const
{
    if (ending_.was_left)
        return true;
    // Open until "exited" or its end.
    if (session_)
        return false;
    const bool is_all_done = std::all_of(pumps_.begin(), pumps_.end(),
                                         [](const Pump& pump) { return pump.is_done() || pump.is_inward(); });
    if (is_all_done)
        return true;
    // A monitor that was killed closes nothing that others hold.
    if (when == LeaveWhen::at_end_of_output && ending_.exited)
        return false;
    const bool is_all_empty = std::all_of(
        pumps_.begin(), pumps_.end(), [](const Pump& pump) { return pump.is_empty() || pump.is_inward(); });
    return is_all_empty && !is_any_readable();
}

bool Attachment::is_any_readable() const
{
    std::vector<pollfd> polled;
    for (const Pump& pump : pumps_)
        if (!pump.is_inward())
            polled.push_back({pump.source_interest().fd, POLLIN, 0});
    return poll_all(polled, 0) > 0;
}

void Attachment::take_signals()
{
    while (const std::optional<int> signal = inbox_->take())
        pass_signal(*signal);
}

void Attachment::pass_signal(int signal)
{
    if (duties_.on_signal && duties_.on_signal(signal))
        return;
    if (signal == SIGWINCH) {
        if (wishes_.has_terminal)
            send_size();
        return;
    }
    send(client::signal_packet(signal));
    if (duties_.on_signal)
        return;
    if ((signal == SIGINT || signal == SIGTERM) && ++insisting_ == insisting_limit)
        ending_.was_left = true;
}

void Attachment::take_event()
{
    std::optional<Packet> packet;
    try {
        packet = receive_packet(session_.number());
    } catch (const Failure&) {
        // As good as closed.
    }
    if (!packet) {
        session_.reset();
        return;
    }
    const Result<client::SessionEvent> event = client::parse_session_event(packet->text);
    if (!event) {
        session_.reset();
        return;
    }
    if (duties_.on_event)
        duties_.on_event(event.value());
    if (event.value().kind == client::SessionEvent::Kind::failed)
        throw Failure{event.value().error_code, event.value().message};
    if (event.value().kind == client::SessionEvent::Kind::exited) {
        ending_.exited = event.value();
        ending_.session = std::move(session_);
    }
}

void Attachment::send(const std::string& packet) noexcept
{
    try {
        if (session_)
            send_packet(session_.number(), packet);
    } catch (const Failure&) {
        // A monitor that is gone or does not read is told of by the end of the session.
        return;
    }
}

void Attachment::send_size()
{
    if (const std::optional<WindowSize> size = find_window_size())
        send(client::resize_packet(size->rows, size->columns));
}

} // namespace slipway::cli
