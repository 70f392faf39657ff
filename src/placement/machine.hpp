// SPDX-License-Identifier: LGPL-2.1-or-later
// Machines: containers as systemd-machined knows them (org.freedesktop.machine1(5)).
#pragma once

#include "async/task.hpp"
#include "bus/connection.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::placement {

struct Machine {
    std::string name;
    std::string id; // 32 hexadecimal digits at least, of which the first 32 count
    pid_t leader = 0;
    std::vector<int> links; // of the host's, that lead to it
};

// Whether machined takes the name: a host's (RFC 1123), 64 characters at most.
bool is_machine_name(const std::string& name);

// False where there is no machined, or it has such a machine already. machined forgets it when its leader
// ends. Throws Failure{placement_failed}.
async::Task<bool> register_machine(const bus::Connection& system, Machine machine);

} // namespace slipway::placement
