// SPDX-License-Identifier: LGPL-2.1-or-later
// Limits of a container: properties of its scope (systemd.resource-control(5)), kept with it for its next
// start.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace slipway::engine {

// By systemd's name; UINT64_MAX is no limit. MemoryMax and the like in bytes, CPUQuotaPerSecUSec in
// microseconds a second.
using Limits = std::map<std::string, std::uint64_t>;

// Throws Failure{invalid_argument} for one that no container can have, or for a value that systemd would
// refuse.
void check_limits(const Limits& limits);

} // namespace slipway::engine
