// SPDX-License-Identifier: LGPL-2.1-or-later
// Pump: read when empty, write when not.
#include "slipway/pump.hpp"

#include <climits>

#include <algorithm>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

namespace slipway::cli {

namespace {

bool is_regular(int fd)
{
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

} // namespace

Pump::Pump(Direction direction, Fd pipe, int own_stream)
    : direction_{direction}, pipe_{std::move(pipe)}, own_{own_stream}, piece_{capacity},
      buffer_{std::make_unique_for_overwrite<char[]>(capacity)}
{
    // Each end of a pipe is an open file of its own: the payload's end stays blocking.
    check(::fcntl(pipe_.number(), F_SETFL, O_NONBLOCK), "use a pipe");
    if (direction == Direction::outward && !is_regular(own_))
        piece_ = PIPE_BUF;
}

Pump Pump::outward(Fd pipe, int own_stream)
{
    return Pump{Direction::outward, std::move(pipe), own_stream};
}

Pump Pump::inward(int own_stream, Fd pipe)
{
    return Pump{Direction::inward, std::move(pipe), own_stream};
}

Pump::Interest Pump::source_interest() const noexcept
{
    if (is_done_ || met_end_ || !is_empty())
        return {};
    return {source(), POLLIN};
}

Pump::Interest Pump::sink_interest() const noexcept
{
    if (is_done_)
        return {};
    // Without events poll(2) still tells that the reader has gone.
    return {sink(), static_cast<short>(is_empty() ? 0 : POLLOUT)};
}

void Pump::advance(short source_events, short sink_events)
{
    if (is_done_)
        return;
    if (is_empty() && (sink_events & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
        finish();
        return;
    }
    if (!is_empty() && sink_events != 0)
        write_some();
    if (!is_done_ && !met_end_ && is_empty() && source_events != 0)
        read_some();
    if (is_empty() && met_end_)
        finish();
}

void Pump::read_some()
{
    const ssize_t count = ::read(source(), buffer_.get(), capacity);
    if (count > 0) {
        begin_ = 0;
        end_ = static_cast<std::size_t>(count);
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        // EIO is a terminal that was hung up: nothing more comes from there.
        met_end_ = true;
    }
}

void Pump::write_some()
{
    const ssize_t count = ::write(sink(), buffer_.get() + begin_, std::min(piece_, end_ - begin_));
    if (count >= 0) {
        begin_ += static_cast<std::size_t>(count);
        return;
    }
    if (errno == EAGAIN || errno == EINTR)
        return;
    if (direction_ == Direction::outward && errno != EPIPE)
        write_failure_ =
            Failure{ErrorCode::io_error, errno_failure(errno, "write the payload's output").message()};
    finish();
}

void Pump::finish() noexcept
{
    pipe_.reset();
    begin_ = end_ = 0;
    is_done_ = true;
}

} // namespace slipway::cli
