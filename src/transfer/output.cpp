// SPDX-License-Identifier: LGPL-2.1-or-later
// Output: poll(2) on the bytes and on the conversation, and writes that do not block.
#include "transfer/output.hpp"

#include "base/failure.hpp"

#include <climits>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::transfer {

Output::Output(int bytes, int conversation) : bytes_{bytes}, conversation_{conversation}
{
    struct stat status {};
    check(::fstat(bytes, &status), "look at where the archive goes");
    is_socket_ = S_ISSOCK(status.st_mode);
    // O_NONBLOCK belongs to the open file, which somebody else may write to as well. Where we may not open it
    // (in another user namespace, or without /proc) so little is written at once that it fits when there is
    // any room (pipe(7)).
    if (S_ISFIFO(status.st_mode)) {
        own_.reset(::open(("/proc/self/fd/" + std::to_string(bytes)).c_str(),
                          O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
        if (own_)
            bytes_ = own_.number();
        else
            most_ = PIPE_BUF;
    }
}

// Until there is room.
void Output::wait() const
{
    std::array<pollfd, 2> events{pollfd{bytes_, POLLOUT, 0}, pollfd{conversation_, POLLRDHUP, 0}};
    do {
        const int count = ::poll(events.data(), events.size(), -1);
        if (count < 0 && errno == EINTR)
            continue;
        check(count, "wait for room for the archive");
        if (events[1].revents != 0)
            throw Failure{ErrorCode::cancelled, "the transfer is cancelled"};
    } while (events[0].revents == 0);
}

void Output::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        wait();
        ssize_t count = 0;
        if (is_socket_) {
            iovec piece{const_cast<char*>(bytes.data()), bytes.size()}; // NOLINT: sendmsg(2) only reads it
            msghdr message{};
            message.msg_iov = &piece;
            message.msg_iovlen = 1;
            count = ::sendmsg(bytes_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        } else {
            count = ::write(bytes_, bytes.data(), std::min(bytes.size(), most_));
        }
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        check(count, "write the archive");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

} // namespace slipway::transfer
