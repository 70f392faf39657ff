// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounts by descriptor: fsopen(2), fsmount(2), open_tree(2), move_mount(2), mount_setattr(2); Linux 5.12 or
// newer.
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace slipway::kernel {

// A mount that is nowhere yet; gone with its descriptor if it is never attached.
using MountFd = Fd;

// "key" or "key=value" as fsconfig(2) takes them; a flag has an empty value.
using MountParameters = std::vector<std::pair<std::string, std::string>>;

enum class Depth { one, recursive };

// What mount_setattr(2) changes.
struct MountChange {
    std::uint64_t set = 0; // MOUNT_ATTR_*
    std::uint64_t clear = 0;
    std::uint64_t propagation = 0; // MS_SHARED and the like; 0: as it is
    int user_namespace = -1; // whose ID mapping the mount shall have; only for one that is attached nowhere

    bool is_empty() const { return set == 0 && clear == 0 && propagation == 0 && user_namespace < 0; }
};

// Whether a mount that is nowhere may be copied, and be a layer of an overlay: since Linux 6.15. Before, it
// has to be attached in the mount namespace of who does it (run_in_mount_namespace).
bool takes_detached_mounts();

// ATTRIBUTES: MOUNT_ATTR_*. All throw Failure.
MountFd make_mount(const std::string& type, const std::string& source, const MountParameters& parameters,
                   std::uint64_t attributes);
// A private copy of the mount at PLACE (O_PATH), from there on.
MountFd clone_mount(const Fd& place, Depth depth);
void change_mount(const MountFd& mount, const MountChange& change, Depth depth);
// PLACE: O_PATH of the directory or file to cover.
void attach(const MountFd& mount, const Fd& place);

} // namespace slipway::kernel
