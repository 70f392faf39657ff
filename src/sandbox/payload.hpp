// SPDX-License-Identifier: LGPL-2.1-or-later
// The payload's own last steps: from a fresh child in its cgroup to execve(2).
#pragma once

#include "sandbox/filter.hpp"
#include "sandbox/request.hpp"
#include "sandbox/root.hpp"
#include "sandbox/user.hpp"

#include <optional>

namespace slipway::sandbox {

struct Birth {
    const LaunchRequest& request;
    const ResolvedUser& user;
    const std::optional<Filter>& filter;
    Root* root; // nothing where the container has it already
    const HostDoor& door;
    const Fd& proc; // the host's
    int conversation;
};

// Tells the other end of CONVERSATION why there is no payload.
void report(int conversation, const Failure& failure) noexcept;

// Returns only by throwing Failure.
[[noreturn]] void become_payload(const Birth& birth);

} // namespace slipway::sandbox
