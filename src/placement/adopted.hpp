// SPDX-License-Identifier: LGPL-2.1-or-later
// A service of somebody's that a container is to live in, because its own process asks for that
// (systemd.resource-control(5), Delegate=).
#pragma once

#include <string>

namespace slipway::placement {

struct AdoptedUnit {
    std::string unit;   // empty: there is none that could take a container in
    std::string cgroup; // its directory
};

// The unit in the text of a /proc/PID/cgroup, systemd's own hierarchy: the last service, which the process
// must be in directly; empty for others.
std::string service_of(const std::string& cgroups);

} // namespace slipway::placement
