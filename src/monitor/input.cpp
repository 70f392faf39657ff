// SPDX-License-Identifier: LGPL-2.1-or-later
// Input: one piece at a time from the client to the terminal.
#include "monitor/input.hpp"

#include "base/failure.hpp"

#include <array>
#include <unistd.h>

namespace slipway::monitor {

Input::Input(Loop& loop, Fd client, Fd terminal) : client_{std::move(client)}, terminal_{std::move(terminal)}
{
    if (!client_)
        return;
    writable_ = Watch{loop, terminal_.number(), 0, [this](std::uint32_t) { flush(); }};
    try {
        readable_ = Watch{loop, client_.number(), EPOLLIN, [this](std::uint32_t) { read(); }};
    } catch (const Failure&) {
        end(); // a regular file types nothing
    }
}

void Input::read()
{
    // The client's descriptor may be shared, so it stays blocking: a read after
    // the event does not block.
    std::array<char, 4096> piece; // NOLINT: filled by read(2)
    const ssize_t count = ::read(client_.number(), piece.data(), piece.size());
    if (count > 0) {
        waiting_.assign(piece.data(), static_cast<std::size_t>(count));
        flush();
    } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
        end();
    }
}

void Input::flush()
{
    while (!waiting_.empty()) {
        const ssize_t count = ::write(terminal_.number(), waiting_.data(), waiting_.size());
        if (count > 0) {
            waiting_.erase(0, static_cast<std::size_t>(count));
        } else if (count < 0 && errno == EAGAIN) {
            break;
        } else if (count == 0 || errno != EINTR) {
            // EIO: nobody has the terminal open now, so nobody reads this.
            waiting_.clear();
        }
    }
    readable_.wait_for(waiting_.empty() ? static_cast<std::uint32_t>(EPOLLIN) : 0);
    writable_.wait_for(waiting_.empty() ? 0 : static_cast<std::uint32_t>(EPOLLOUT));
}

void Input::end() noexcept
{
    readable_.reset();
    writable_.reset();
    client_.reset();
}

} // namespace slipway::monitor
