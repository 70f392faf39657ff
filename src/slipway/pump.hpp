// SPDX-License-Identifier: LGPL-2.1-or-later
// Pump: bytes from one descriptor to another, one buffer at a time, for a loop around poll(2).
//
// Our own standard streams are shared with whoever started us, so they are never made non-blocking: they are
// read and written only after poll(2) said so, and written in pieces that then cannot block (PIPE_BUF,
// pipe(7)).
#pragma once

#include "base/failure.hpp"
#include "base/fd.hpp"

#include <memory>
#include <optional>

namespace slipway::cli {

class Pump {
  public:
    // From the payload's pipe to one of our own streams, which stays ours.
    static Pump outward(Fd pipe, int own_stream);
    // From our standard input to the payload's pipe, which is closed at the end of file.
    static Pump inward(int own_stream, Fd pipe);

    // What to ask poll(2) for: the descriptor, or -1, and its events.
    struct Interest {
        int fd = -1;
        short events = 0;
    };
    Interest source_interest() const noexcept;
    Interest sink_interest() const noexcept;

    // What poll(2) answered for either.
    void advance(short source_events, short sink_events);

    // Nothing more will come out: the end of file was met and passed on, or nobody reads.
    bool is_done() const noexcept { return is_done_; }
    bool is_empty() const noexcept { return begin_ == end_; }
    bool is_inward() const noexcept { return direction_ == Direction::inward; }
    // Why writing to our own stream failed, other than by a reader that went away.
    const std::optional<Failure>& write_failure() const noexcept { return write_failure_; }

  private:
    enum class Direction { outward, inward };
    Pump(Direction direction, Fd pipe, int own_stream);

    int source() const noexcept { return direction_ == Direction::outward ? pipe_.number() : own_; }
    int sink() const noexcept { return direction_ == Direction::outward ? own_ : pipe_.number(); }
    void read_some();
    void write_some();
    void finish() noexcept;

    static constexpr std::size_t capacity = 64U << 10U;

    Direction direction_;
    Fd pipe_;
    int own_;
    std::size_t piece_;
    std::unique_ptr<char[]> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool met_end_ = false;
    bool is_done_ = false;
    std::optional<Failure> write_failure_;
};

} // namespace slipway::cli
