// SPDX-License-Identifier: LGPL-2.1-or-later
// An overlay by fuse-overlayfs(1), for a user whose kernel makes none.
#pragma once

#include "kernel/mount.hpp"
#include "sandbox/request.hpp"

namespace slipway::sandbox {

// In a mount namespace of our own, as the root of its user namespace. The program stays behind and serves the
// mount, until whoever reaps our orphans ends it. Throws Failure.
struct FuseOverlay {
    kernel::MountFd mount;
    pid_t server = 0;
};
FuseOverlay make_fuse_overlay(const OverlayRequest& overlay);

// SERVER moves beside the payload's cgroup, to where the monitor is: it was born where the launcher was, and
// would end with the engine. Throws Failure.
void place_fuse_server(pid_t server, const Fd& payload);

} // namespace slipway::sandbox
