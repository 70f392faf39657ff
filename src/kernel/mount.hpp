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

// ATTRIBUTES: MOUNT_ATTR_*. All throw Failure.
MountFd make_mount(const std::string& type, const std::string& source, const MountParameters& parameters,
                   std::uint64_t attributes);
// LOWER: uppermost first. By descriptor, since the kernel takes at most 255 characters a parameter.
MountFd make_overlay(const std::vector<std::string>& lower, const std::string& upper,
                     const std::string& work);
// A private copy of what is at PLACE (O_PATH).
MountFd clone_mount(const Fd& place, bool is_recursive);
void set_attributes(const MountFd& mount, std::uint64_t attributes);
// PLACE: O_PATH of the directory or file to cover.
void attach(const MountFd& mount, const Fd& place);

// PATH below ROOT as seen by a process whose root is ROOT (openat2(2), RESOLVE_IN_ROOT); not open where there
// is nothing.
Fd find_in_root(const Fd& root, const std::string& path, int flags);
// The same; makes missing directories. With IS_FILE the last part becomes an empty file.
Fd make_in_root(const Fd& root, const std::string& path, bool is_file);

} // namespace slipway::kernel
