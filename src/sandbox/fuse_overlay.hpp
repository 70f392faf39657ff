// SPDX-License-Identifier: LGPL-2.1-or-later
// An overlay by fuse-overlayfs(1), for a user whose kernel makes none.
#pragma once

#include "kernel/mount.hpp"
#include "sandbox/request.hpp"

namespace slipway::sandbox {

// In a mount namespace of our own, as the root of its user namespace. The program stays behind and serves the mount,
// until whoever reaps our orphans ends it. Throws Failure.
kernel::MountFd make_fuse_overlay(const OverlayRequest& overlay);

} // namespace slipway::sandbox
