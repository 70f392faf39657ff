// SPDX-License-Identifier: LGPL-2.1-or-later
// Wires as they are written on the command line.
#pragma once

#include "client/settings.hpp"

#include <string_view>

namespace slipway::cli {

// "CONTAINER:PORT[,as=NAME][,port=N][,unix=PATH][,env]". Throws UsageError.
client::WireSettings parse_wire(std::string_view text);
// "CONTAINER:PORT". Throws UsageError.
client::WireSettings parse_wire_target(std::string_view text);
// 1 to 65535. Throws UsageError.
std::uint16_t parse_port(std::string_view text);

} // namespace slipway::cli
