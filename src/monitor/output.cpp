// SPDX-License-Identifier: LGPL-2.1-or-later
// Output: reads, splits, passes on, and stops reading where somebody cannot
// follow.
#include "monitor/output.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace slipway::monitor {

namespace {

// A pipe holds 64 KiB. One buffer for all: it is empty again before another
// stream is read.
std::array<char, 64U << 10U> buffer;

// Others get their turn after so many full buffers.
constexpr int reads_a_turn = 4;

// The largest pipe (pipe-max-size, pipe(7)): what comes after more than that
// comes from outside the container.
constexpr std::uint64_t most_left_at_end = 1U << 20U;
constexpr int reads_at_end = 2 * most_left_at_end / sizeof buffer;

} // namespace

Output::Output(Loop& loop, Fd source, Source kind, std::optional<StreamLog> log, Fd client,
               std::function<void()> changed)
    : kind_{kind}, source_{std::move(source)}, log_{std::move(log)},
      client_{loop, std::move(client), [this] { resume(); }}, changed_{std::move(changed)}
{
    ::fcntl(source_.number(), F_SETFL, ::fcntl(source_.number(), F_GETFL) | O_NONBLOCK);
    watch_ = Watch{loop, source_.number(), awaited_, [this](std::uint32_t) { resume(); }};
}

void Output::resume()
{
    if (!unlogged_.empty())
        log_lines(std::exchange(unlogged_, {}));
    const int most_reads = is_ending_ ? reads_at_end : reads_a_turn;
    for (int i = 0; i < most_reads && may_read() && read_some(); ++i) {
    }
    if (source_)
        watch_.wait_for(may_read() ? awaited_ : 0);
    changed_();
}

bool Output::may_read() const noexcept
{
    if (!source_ || !unlogged_.empty())
        return false;
    return !client_.is_full() || (is_ending_ && bytes_read_ - bytes_at_end_ <= most_left_at_end);
}

// False when there is no more for now.
bool Output::read_some()
{
    const ssize_t count = ::read(source_.number(), buffer.data(), buffer.size());
    if (count > 0) {
        pass_on({buffer.data(), static_cast<std::size_t>(count)});
        return true;
    }
    if (count < 0 && errno == EINTR)
        return true;
    if (count < 0 && errno == EAGAIN)
        return false;
    // EIO: no process has the terminal open now. One may open it again, and the
    // edge tells of that.
    if (count < 0 && errno == EIO && kind_ == Source::terminal && !is_ending_) {
        awaited_ = EPOLLIN | EPOLLET;
        return false;
    }
    end();
    return false;
}

void Output::pass_on(std::string_view bytes)
{
    bytes_read_ += bytes.size();
    client_.write(bytes);
    if (log_)
        log_lines(bytes);
}

void Output::log_lines(std::string_view bytes)
{
    while (!bytes.empty() && !log_->is_congested())
        if (const std::optional<Line> line = splitter_.next(bytes); line)
            log_->write(*line);
    unlogged_ = bytes;
    if (unlogged_.empty() && !source_)
        end();
}

void Output::end()
{
    watch_.reset();
    source_.reset();
    client_.close_when_empty();
    if (log_ && unlogged_.empty())
        if (const std::optional<Line> line = splitter_.finish(); line)
            log_->write(*line);
}

void Output::expect_end()
{
    is_ending_ = true;
    bytes_at_end_ = bytes_read_;
    resume();
}

void Output::abandon_source()
{
    if (source_)
        end();
    changed_();
}

void Output::abandon_client()
{
    client_.drop();
    resume();
}

} // namespace slipway::monitor
