// SPDX-License-Identifier: LGPL-2.1-or-later
// Traced: a deed in a process of its own, whose system calls that change something are counted, named, and
// may end with a kill.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace slipway::store::testing {

struct Trace {
    // "rename", "fsync"…: those that change files, in order; without the one that it was killed at.
    std::vector<std::string> changes;
    bool was_killed = false;
};

// Forks, runs DEED in the child, and kills it right before its change number KILL_AT (from 0; -1: never).
// Fails by exception where the child cannot be traced or DEED throws.
Trace run_traced(const std::function<void()>& deed, int kill_at = -1);

} // namespace slipway::store::testing
