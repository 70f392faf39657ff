// SPDX-License-Identifier: LGPL-2.1-or-later
// What a container sees of cgroups(7): a mount of type "cgroup".
#pragma once

#include "kernel/mount.hpp"

#include <cstdint>

namespace slipway::sandbox {

// The unified hierarchy, or with only the old ones a tmpfs with the payload's own cgroup of each. By the
// payload, in its cgroup namespace if it has one, while the host's /sys/fs/cgroup is still visible. Throws
// Failure.
kernel::MountFd make_cgroup_mount(const kernel::MountChange& change);

} // namespace slipway::sandbox
