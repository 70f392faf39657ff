// SPDX-License-Identifier: LGPL-2.1-or-later
// ParcelReader: a file is read where it stands, a pipe as it comes.
#include "registry-client/parcel_reader.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::registry_client {

ParcelReader::ParcelReader(async::EventLoop& loop, Fd content)
    : loop_{&loop}, content_{std::move(content)}, start_{::lseek(content_.number(), 0, SEEK_CUR)}
{
    struct stat status {};
    check(::fstat(content_.number(), &status), "look at what is to be sent");
    if (S_ISDIR(status.st_mode))
        throw Failure{ErrorCode::invalid_argument, "a directory cannot be sent"};
    if (start_ < 0) {
        const int flags = check(::fcntl(content_.number(), F_GETFL), "look at a pipe");
        check(::fcntl(content_.number(), F_SETFL, flags | O_NONBLOCK), "set up a pipe");
    }
}

std::optional<std::uint64_t> ParcelReader::size() const
{
    struct stat status {};
    if (!can_rewind() || ::fstat(content_.number(), &status) < 0 || !S_ISREG(status.st_mode))
        return std::nullopt;
    return static_cast<std::uint64_t>(std::max<off_t>(status.st_size - start_, 0));
}

void ParcelReader::rewind(std::uint64_t offset)
{
    check(::lseek(content_.number(), start_ + static_cast<off_t>(offset), SEEK_SET),
          "read again what is to be sent");
    at_ = offset;
}

std::size_t ParcelReader::read(char* buffer, std::size_t size)
{
    ssize_t count = 0;
    do
        count = ::read(content_.number(), buffer, size);
    while (count < 0 && errno == EINTR);
    if (count < 0 && errno == EAGAIN) {
        sd_event_source* source = nullptr;
        check_negative(sd_event_add_io(loop_->bare(), &source, content_.number(), EPOLLIN,
                                       &ParcelReader::readable, this),
                       "watch a pipe");
        watch_ = async::Source{source};
        return not_yet;
    }
    const auto got = static_cast<std::size_t>(check(count, "read what is to be sent"));
    // Read again, it is hashed once.
    const std::uint64_t known = std::min<std::uint64_t>(hashed_ - std::min(hashed_, at_), got);
    hash_.update(buffer + known, got - known);
    at_ += got;
    hashed_ = std::max(hashed_, at_);
    return got;
}

int ParcelReader::readable(sd_event_source*, int, std::uint32_t, void* self)
{
    auto* const reader = static_cast<ParcelReader*>(self);
    reader->watch_.reset();
    reader->flow_.resume();
    return 0;
}

} // namespace slipway::registry_client
