// SPDX-License-Identifier: LGPL-2.1-or-later
// The processes of a container, found by the first one of them.
#pragma once

#include <vector>

namespace slipway::cli {

// Those in the cgroup of the process PID and below, itself among them; none where it is gone.
std::vector<int> processes_beside(int pid);

} // namespace slipway::cli
