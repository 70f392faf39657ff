// SPDX-License-Identifier: LGPL-2.1-or-later
// Content: writing, hashing and passing on.
#include "registry-client/content.hpp"

#include "async/timer.hpp"
#include "base/failure.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::registry_client {

namespace {

constexpr std::size_t piece_size = 256U << 10U;
constexpr std::size_t slice_size = 16U << 20U;

mode_t kind_of(const Fd& fd)
{
    struct stat status {};
    check(::fstat(fd.number(), &status), "look at a blob's descriptor");
    return status.st_mode & S_IFMT;
}

void write_at(const Fd& file, std::string_view bytes, std::uint64_t offset)
{
    while (!bytes.empty()) {
        const ssize_t count = ::pwrite(file.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR)
            continue;
        bytes.remove_prefix(static_cast<std::size_t>(check(count, "keep a blob's bytes")));
        offset += static_cast<std::uint64_t>(count);
    }
}

std::size_t read_at(const Fd& file, std::string& buffer, std::uint64_t offset)
{
    ssize_t count = 0;
    do
        count = ::pread(file.number(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
    while (count < 0 && errno == EINTR);
    return static_cast<std::size_t>(check(count, "read a blob's bytes again"));
}

} // namespace

Content::Content(async::EventLoop& loop, std::uint64_t size, Fd file, Fd pipe)
    : loop_{&loop}, size_{size}, file_{std::move(file)}, pipe_{std::move(pipe)}
{
    if (file_ && kind_of(file_) != S_IFREG)
        throw Failure{ErrorCode::invalid_argument, "what keeps a blob must be a regular file"};
    if (!pipe_)
        return;
    if (const mode_t kind = kind_of(pipe_); kind != S_IFIFO && kind != S_IFSOCK)
        throw Failure{ErrorCode::invalid_argument, "what gets a blob's bytes must be a pipe or a socket"};
    const int flags = check(::fcntl(pipe_.number(), F_GETFL), "look at a pipe");
    check(::fcntl(pipe_.number(), F_SETFL, flags | O_NONBLOCK), "set up a pipe");
}

async::Task<> Content::take_up()
{
    if (!file_)
        co_return;
    std::string buffer(piece_size, '\0');
    for (;;) {
        const std::size_t count = read_at(file_, buffer, received_);
        // More than there should be is something else.
        if (count > size_ - received_) {
            start_over();
            co_return;
        }
        if (count == 0)
            break;
        hash_.update(buffer.data(), count);
        received_ += count;
        if (received_ % slice_size == 0)
            co_await async::sleep_for(*loop_, std::chrono::microseconds{1});
    }
    watch_pipe();
}

Taken Content::take(std::string_view bytes)
{
    if (failure_)
        std::rethrow_exception(failure_);
    // Only whole pieces can be put off.
    if (pipe_ && !file_ && piece_.size() - piece_sent_ >= piece_size)
        return Taken::paused;
    const std::size_t known = std::min<std::uint64_t>(skipped_, bytes.size());
    bytes.remove_prefix(known);
    skipped_ -= known;
    if (bytes.size() > size_ - received_)
        throw Failure{ErrorCode::digest_mismatch,
                      "the registry sends more than the " + std::to_string(size_) + " bytes of the blob"};
    hash_.update(bytes);
    if (file_)
        write_at(file_, bytes, received_);
    else if (pipe_)
        piece_.append(bytes);
    received_ += bytes.size();
    if (!bytes.empty())
        watch_pipe();
    return Taken::all;
}

bool Content::start_over()
{
    if (passed_ != 0 || piece_sent_ != 0)
        return false;
    discard();
    hash_ = hashing::Sha256{};
    received_ = 0;
    skipped_ = 0;
    piece_.clear();
    watch_.reset();
    return true;
}

void Content::discard()
{
    if (file_)
        check(::ftruncate(file_.number(), 0), "empty a blob's file");
}

Digest Content::digest()
{
    return hash_.finish();
}

void Content::watch_pipe()
{
    if (!pipe_ || watch_.bare() != nullptr || failure_)
        return;
    sd_event_source* source = nullptr;
    check_negative(
        sd_event_add_io(loop_->bare(), &source, pipe_.number(), EPOLLOUT, &Content::writable, this),
        "watch a pipe");
    watch_ = async::Source{source};
}

int Content::writable(sd_event_source*, int, std::uint32_t, void* self)
{
    auto* const content = static_cast<Content*>(self);
    try {
        content->feed_pipe();
    } catch (...) {
        content->failure_ = std::current_exception();
        content->watch_.reset();
    }
    // With a failure too: the next bytes hear of it. Both may end this.
    if (content->failure_ || content->piece_.size() - content->piece_sent_ < piece_size / 2)
        content->flow_.resume();
    content->moved_.notify();
    return 0;
}

// What the pipe gets next; empty when it has all that is there.
std::string_view Content::next_piece()
{
    if (piece_sent_ == piece_.size()) {
        piece_.clear();
        piece_sent_ = 0;
        if (file_ && passed_ < received_) {
            piece_.resize(std::min<std::uint64_t>(piece_size, received_ - passed_));
            piece_.resize(read_at(file_, piece_, passed_));
        }
    }
    return std::string_view{piece_}.substr(piece_sent_);
}

void Content::feed_pipe()
{
    const std::string_view piece = next_piece();
    if (piece.empty()) {
        watch_.reset();
        return;
    }
    const ssize_t count = ::write(pipe_.number(), piece.data(), piece.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count < 0 && errno == EPIPE)
        throw Failure{ErrorCode::cancelled, "whoever read the blob's bytes has gone"};
    piece_sent_ += static_cast<std::size_t>(check(count, "pass on a blob's bytes"));
    passed_ += static_cast<std::uint64_t>(count);
}

async::Task<> Content::pass_on()
{
    if (!pipe_)
        co_return;
    watch_pipe();
    while (passed_ < received_ && !failure_)
        co_await moved_.next();
    if (failure_)
        std::rethrow_exception(failure_);
    watch_.reset();
    pipe_.reset();
}

} // namespace slipway::registry_client
