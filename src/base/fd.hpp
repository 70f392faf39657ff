// SPDX-License-Identifier: LGPL-2.1-or-later
// Fd: a file descriptor that is owned by exactly one place and closed when that place is left.
#pragma once

#include <unistd.h>
#include <utility>

namespace slipway {

// Owns a descriptor; -1 means none. Closing never fails visibly (close(2): the descriptor is gone either
// way).
class Fd {
  public:
    Fd() noexcept = default;
    explicit Fd(int fd) noexcept : fd_{fd} {}
    Fd(Fd&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Fd& operator=(Fd&& other) noexcept
    {
        if (this != &other)
            reset(std::exchange(other.fd_, -1));
        return *this;
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { reset(); }

    // The bare number, still owned here.
    int number() const noexcept { return fd_; }
    bool is_open() const noexcept { return fd_ >= 0; }
    explicit operator bool() const noexcept { return is_open(); }

    // Hands the number over: whoever takes it closes it.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
    void reset(int fd = -1) noexcept
    {
        if (fd_ >= 0)
            ::close(fd_);
        fd_ = fd;
    }

    // A second descriptor for the same open file, close-on-exec. Throws Failure{io_error}.
    Fd duplicate() const;

  private:
    int fd_ = -1;
};

// Two connected ends, both close-on-exec.
struct FdPair {
    Fd first;
    Fd second;
};

// pipe2(2): first is the end to read, second the end to write. Throws Failure{io_error}.
FdPair make_pipe();

// socketpair(2) of AF_UNIX and SOCK_SEQPACKET. Throws Failure{io_error}.
FdPair make_packet_pair();

} // namespace slipway
