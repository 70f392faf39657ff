// SPDX-License-Identifier: LGPL-2.1-or-later
// pump: through a pipe, since splice(2) wants one.
#include "wire-proxy/pump.hpp"

#include "async/readiness.hpp"
#include "base/failure.hpp"

#include <fcntl.h>
#include <sys/socket.h>

namespace slipway::wire_proxy {

namespace {

constexpr std::size_t pipe_size = 64U << 10U; // as pipes come (pipe(7))
constexpr unsigned flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;

bool is_for_later(int error)
{
    return error == EAGAIN || error == EINTR;
}

} // namespace

async::Task<> pump(async::EventLoop& loop, const Fd& from, const Fd& to, std::uint64_t& count)
{
    const FdPair pipe = make_pipe();
    for (;;) {
        // The pipe is empty: what cannot be had is not there.
        ssize_t in_pipe = ::splice(from.number(), nullptr, pipe.second.number(), nullptr, pipe_size, flags);
        if (in_pipe == 0) {
            ::shutdown(to.number(), SHUT_WR);
            co_return;
        }
        if (in_pipe < 0 && is_for_later(errno)) {
            co_await async::readable(loop, from.number());
            continue;
        }
        while (in_pipe > 0) {
            const ssize_t gone = ::splice(pipe.first.number(), nullptr, to.number(), nullptr,
                                          static_cast<std::size_t>(in_pipe), flags);
            if (gone > 0) {
                in_pipe -= gone;
                count += static_cast<std::uint64_t>(gone);
            } else if (gone < 0 && is_for_later(errno)) {
                co_await async::Readiness{loop, to.number(), EPOLLOUT};
            } else {
                in_pipe = -1;
            }
        }
        if (in_pipe < 0) {
            ::shutdown(from.number(), SHUT_RDWR);
            ::shutdown(to.number(), SHUT_RDWR);
            co_return;
        }
    }
}

} // namespace slipway::wire_proxy
