// SPDX-License-Identifier: LGPL-2.1-or-later
// Fd: duplicates and pairs.
#include "base/fd.hpp"

#include "base/failure.hpp"

#include <array>
#include <fcntl.h>
#include <sys/socket.h>

namespace slipway {

Fd Fd::duplicate() const
{
    return Fd{check(::fcntl(fd_, F_DUPFD_CLOEXEC, 3), "duplicate a descriptor")};
}

FdPair make_pipe()
{
    std::array<int, 2> ends{};
    check(::pipe2(ends.data(), O_CLOEXEC), "make a pipe");
    return {Fd{ends[0]}, Fd{ends[1]}};
}

FdPair make_packet_pair()
{
    std::array<int, 2> ends{};
    check(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), "make a socket pair");
    return {Fd{ends[0]}, Fd{ends[1]}};
}

} // namespace slipway
