// SPDX-License-Identifier: LGPL-2.1-or-later
// Input: poll(2) on the bytes and on the conversation.
#include "transfer/input.hpp"

#include "base/failure.hpp"

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::transfer {

Input::Input(int bytes, int conversation)
    : bytes_{bytes}, conversation_{conversation}, interruption_{check(::eventfd(0, EFD_CLOEXEC),
                                                                      "make an event descriptor")}
{
    struct stat status {};
    check(::fstat(bytes, &status), "look at the archive");
    if (S_ISDIR(status.st_mode))
        throw Failure{ErrorCode::unreadable_archive,
                      "the archive is a directory: give it a tar archive, as by tar -C DIRECTORY -c ."};
}

// Until there is something to read, or its end.
void Input::wait() const
{
    std::array<pollfd, 3> events{pollfd{bytes_, POLLIN, 0}, pollfd{conversation_, POLLRDHUP, 0},
                                 pollfd{interruption_.number(), POLLIN, 0}};
    do {
        const int count = ::poll(events.data(), events.size(), -1);
        if (count < 0 && errno == EINTR)
            continue;
        check(count, "wait for the archive");
        if (events[1].revents != 0 || events[2].revents != 0)
            throw Failure{ErrorCode::cancelled, "the transfer is cancelled"};
    } while (events[0].revents == 0);
}

void Input::interrupt() noexcept
{
    const std::uint64_t one = 1;
    static_cast<void>(::write(interruption_.number(), &one, sizeof one) == sizeof one);
}

std::size_t Input::read(char* buffer, std::size_t size)
{
    for (;;) {
        wait();
        const ssize_t count = ::read(bytes_, buffer, size);
        // EAGAIN: somebody gave us a non-blocking descriptor, and somebody else was faster.
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        check(count, "read the archive");
        count_ += static_cast<std::uint64_t>(count);
        return static_cast<std::size_t>(count);
    }
}

} // namespace slipway::transfer
