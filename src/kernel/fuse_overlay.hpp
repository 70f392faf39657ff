// SPDX-License-Identifier: LGPL-2.1-or-later
// An overlay by fuse-overlayfs(1), where the kernel makes none.
#pragma once

#include "kernel/mount.hpp"
#include "kernel/user_namespace.hpp"

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::kernel {

struct FuseOverlayRequest {
    std::string program;
    std::vector<std::string> lower; // uppermost first
    std::string directory;          // with "upper" and "work"
    IdRanges shown;                 // whose IDs the files are shown with; none: those that they have
};

// Wants CAP_SYS_ADMIN, in the host's user namespace or in one of ours. The program stays behind as an orphan,
// in a mount namespace of its own, and serves the mount as long as there is one. Throws Failure.
struct FuseOverlay {
    MountFd mount;
    pid_t server = 0;
};
FuseOverlay make_fuse_overlay(const FuseOverlayRequest& request);

// SERVER moves beside the payload's cgroup, to where the monitor is: it was born where the launcher was, and
// would end with the engine. Throws Failure.
void place_fuse_server(pid_t server, const Fd& payload);

// The program fuse-overlayfs; empty where there is none.
std::string find_fuse_overlay();

// Why it makes no overlay below DIRECTORY; empty where it does. Tries it there.
std::string find_fuse_overlay_obstacle(const std::filesystem::path& directory);

} // namespace slipway::kernel
