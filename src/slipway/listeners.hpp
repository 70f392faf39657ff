// SPDX-License-Identifier: LGPL-2.1-or-later
// Listening sockets as they are written on the command line.
#pragma once

#include "client/settings.hpp"

#include <string_view>

namespace slipway::cli {

// "ADDRESS[/udp|/seqpacket][:NAME][=PORT]", ADDRESS being "8080", "192.0.2.1:8080", "[::1]:8080",
// "/run/socket",
// "@abstract" or "vsock:CID:PORT". Throws UsageError.
client::ListenerSettings parse_listener(std::string_view text);

} // namespace slipway::cli
