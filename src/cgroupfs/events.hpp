// SPDX-License-Identifier: LGPL-2.1-or-later
// Waiting for what a cgroup of the unified hierarchy tells of itself (cgroup.events).
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <string_view>

namespace slipway::cgroupfs {

using Clock = std::chrono::steady_clock;

enum class Awaited { came, timed_out, untold };

// Until a line of the directory's cgroup.events is LINE ("populated 0"). Blocks. Untold: the directory has no
// such file, as in the old hierarchies, or is gone. Throws Failure.
Awaited await_event(const Fd& cgroup, std::string_view line, Clock::time_point deadline);

} // namespace slipway::cgroupfs
