// SPDX-License-Identifier: LGPL-2.1-or-later
// Returning: calls to a service that may execute itself anew meanwhile, as systemd does (systemctl
// daemon-reexec): for some tenths of a second its name is nobody's, and what it was asked just before is
// never answered.
#pragma once

#include "bus/connection.hpp"

namespace slipway::bus {

// The reply to CALL. Where nobody was there, or who was there left without an answer, it is made again when
// its destination is back, for half a minute: what it asks for may have been done already by then. Throws
// RemoteFailure.
async::Task<Message> call_returning(async::EventLoop& loop, const Connection& bus, Message call);

} // namespace slipway::bus
