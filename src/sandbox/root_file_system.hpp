// SPDX-License-Identifier: LGPL-2.1-or-later
// The file system of a container's root: an overlay of its image's layers, or a tree that is whole
// (docs/storage.md).
#pragma once

#include "kernel/mount.hpp"
#include "sandbox/request.hpp"

#include <sys/types.h>

namespace slipway::sandbox {

// Whose rights build the sandbox.
enum class Builder { host, user_namespace };

struct RootFileSystem {
    kernel::MountFd mount;
    pid_t server = 0; // of one by FUSE (kernel/fuse_overlay.hpp)
};

// REQUEST: with an overlay or a tree. USER: the user namespace that it is to be seen through, or not open.
// Throws Failure.
RootFileSystem make_root_file_system(const LaunchRequest& request, const Fd& user, Builder builder);

} // namespace slipway::sandbox
