// SPDX-License-Identifier: LGPL-2.1-or-later
// Service names: what the host's database of services calls a port (services(5), RFC 6335).
#pragma once

#include "engine/network/port.hpp"

#include <optional>
#include <string>

namespace slipway::engine {

// "http" for 80/tcp; nothing for a port without a name, or with one that DNS-SD has no room for. Asked for
// once in an engine's life: for the thread of decisions alone.
std::optional<std::string> service_name(const Port& port);

// Whether DNS-SD knows a service by NAME (RFC 6763, 7.2): letters, digits and '-', 15 at most.
bool is_service_name(const std::string& name);

} // namespace slipway::engine
