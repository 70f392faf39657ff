// SPDX-License-Identifier: LGPL-2.1-or-later
// Overlays whose layers are seen through a user namespace's ID mapping, so that no file changes its owner.
#pragma once

#include "kernel/overlay.hpp"

#include <filesystem>
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
MountFd make_mapped_overlay(OverlayCall call, const std::vector<std::string>& lower,
                            const std::string& directory, const LayerView& view);

// The same in a user namespace of our own, as its root, where there is no other view than ours. What the
// uppermost layer says of the root directory's owner, the upper directory is given.
MountFd make_own_overlay(OverlayCall call, const std::vector<std::string>& lower,
                         const std::string& directory);

// The directory PATH and what is below it, seen so. Throws Failure.
MountFd make_mapped_tree(const std::string& path, const LayerView& view);

// Empty where containers whose layers are below DIRECTORY can have such overlays; otherwise why not. Tries it
// there.
enum class Mapping { none, mapped };
std::string find_overlay_obstacle(const std::filesystem::path& directory, OverlayCall call, Mapping mapping);
// The same of make_own_overlay().
std::string find_own_overlay_obstacle(const std::filesystem::path& directory, OverlayCall call);
// The same of make_mapped_tree().
std::string find_mapping_obstacle(const std::filesystem::path& directory);

} // namespace slipway::kernel
