// SPDX-License-Identifier: LGPL-2.1-or-later
// The payload's own last steps: from a fresh child in its cgroup to execve(2).
#pragma once

#include "sandbox/filter.hpp"
#include "sandbox/request.hpp"
#include "sandbox/root.hpp"
#include "sandbox/user.hpp"

namespace slipway::sandbox {

struct Birth {
    const LaunchRequest& request;
    const ResolvedUser& user;
    const Filter& filter;
    Root* root; // nothing where the container has it already
    const HostDoor& door;
    int conversation; // with the monitor, to send the terminal's master side over
};

// Returns only by throwing Failure.
[[noreturn]] void become_payload(const Birth& birth);

} // namespace slipway::sandbox
