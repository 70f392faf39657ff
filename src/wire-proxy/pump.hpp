// SPDX-License-Identifier: LGPL-2.1-or-later
// pump: bytes from one socket to another, within the kernel (splice(2)).
#pragma once

#include "async/event_loop.hpp"
#include "async/task.hpp"
#include "base/fd.hpp"

#include <cstdint>

namespace slipway::wire_proxy {

// From FROM to TO, both non-blocking streams, until FROM ends, which TO is then told; adds to COUNT what has
// gone. On a broken one both are shut down. The descriptors are watched by nobody else meanwhile (epoll(7)).
async::Task<> pump(async::EventLoop& loop, const Fd& from, const Fd& to, std::uint64_t& count);

} // namespace slipway::wire_proxy
