// SPDX-License-Identifier: LGPL-2.1-or-later
// Overlays whose layers are seen through a user namespace's ID mapping, so that no file changes its owner.
#pragma once

#include "kernel/mount.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::kernel {

// Through whose eyes layers are seen.
struct LayerView {
    const Fd& user_namespace; // not open: the host's
    // Its root, as the host counts: who makes what overlayfs itself makes.
    uid_t uid = 0;
    gid_t gid = 0;
};

// LOWER: uppermost first. DIRECTORY: holds "upper" and "work". Wants CAP_SYS_ADMIN in the host's user
// namespace, and with a user namespace Linux 5.19 and a file system that knows FS_ALLOW_IDMAP. Throws
// Failure.
MountFd make_mapped_overlay(const std::vector<std::string>& lower, const std::string& directory,
                            const LayerView& view);

// Empty where containers whose layers are below DIRECTORY can have such overlays; otherwise why not. Tries it
// there.
std::string find_mapping_obstacle(const std::string& directory);

} // namespace slipway::kernel
