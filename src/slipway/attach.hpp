// SPDX-License-Identifier: LGPL-2.1-or-later
// Attachment: a payload's streams and its session on our side, relayed until it has ended.
#pragma once

#include "client/session.hpp"
#include "client/settings.hpp"
#include "slipway/pump.hpp"
#include "slipway/signal_inbox.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace slipway::cli {

struct Wishes {
    bool has_terminal = false;
    bool opens_stdin = false;
};

// The pipes between us and a payload, before it is there.
class Pipes {
  public:
    // Throws Failure{io_error}.
    explicit Pipes(Wishes wishes);

    // The payload's ends, to be handed to the engine.
    client::Streams streams() const noexcept;
    // Once they are handed over: as long as we hold them we never meet an end of file.
    void close_far_ends() noexcept;
    // Our ends, each joined with one of our standard streams.
    std::vector<Pump> make_pumps();

  private:
    FdPair input_;
    FdPair output_;
    FdPair error_;
};

// When to leave after "exited".
enum class LeaveWhen {
    // At the end of all output: nobody but the payload and its monitor can hold the pipes.
    at_end_of_output,
    // When what had been written by then is out: a process that was left behind may hold them for ever.
    drained,
};

struct Ending {
    // Nothing: the session ended without saying how.
    std::optional<client::SessionEvent> exited;
    // The user insisted on leaving by a third SIGINT or SIGTERM; the payload goes on.
    bool was_left = false;
    Fd session; // whose other end is closed when the monitor has gone
    std::optional<Failure> write_failure;
};

// What whoever attaches does besides.
struct Duties {
    // True for a signal that is dealt with, and not to be passed on.
    std::function<bool(int)> on_signal;
    std::function<void(const client::SessionEvent&)> on_event;
};

class Attachment {
  public:
    // SESSION: the socket that Run or Exec answered. INBOX: SIGWINCH becomes a resize, all others go to the
    // payload.
    Attachment(Fd session, std::vector<Pump> pumps, SignalInbox& inbox, Wishes wishes);

    // Until the payload has ended. Blocks; nothing else runs meanwhile.
    Ending relay(LeaveWhen when);
    // Sends one signal to the payload.
    void pass_signal(int signal);
    // With duties, nobody leaves before the payload.
    void take_duties(Duties duties) { duties_ = std::move(duties); }
    void send(const std::string& packet) noexcept;

  private:
    void turn();
    void take_signals();
    void take_event();
    void send_size();
    bool is_finished(LeaveWhen when) const;
    bool is_any_readable() const;

    Fd session_;
    std::vector<Pump> pumps_;
    SignalInbox* inbox_;
    Wishes wishes_;
    Duties duties_;
    int insisting_ = 0;
    Ending ending_;
};

} // namespace slipway::cli
