// SPDX-License-Identifier: LGPL-2.1-or-later
// Exchange: one enquiry put to one server: by UDP, and by TCP where that is not enough.
#pragma once

#include "async/event_loop.hpp"
#include "async/task.hpp"
#include "dns-server/enquiry.hpp"
#include "dns-server/reply.hpp"
#include "dns-server/socket_address.hpp"

namespace slipway::dns_server {

// Suspends until an answer is there that is none of a forger's; the caller limits the time.
// Throws Failure{io_error} where the server cannot be reached or breaks off, {unavailable} where what it
// says cannot be read.
async::Task<ReplyRef> ask_server(async::EventLoop& loop, SocketAddress server, Enquiry enquiry);

} // namespace slipway::dns_server
