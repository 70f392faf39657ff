// SPDX-License-Identifier: LGPL-2.1-or-later
// Confine: a transfer locks itself into the directory it fills or reads before it looks at the first byte of
// what somebody made.
//
// After it, the process has no network, sees no file but those below the directory, keeps of root's power
// only what owning or reading files needs, gains none by executing, and may make no system call that its deed
// does not need (syscall_filter.hpp). Even a flaw in a decompressor then reaches nothing but the layer that
// would be made.
#pragma once

#include "transfer/syscall_filter.hpp"

namespace slipway::transfer {

// Whether overlayfs' own attributes are to be set or read. Those called trusted.* take CAP_SYS_ADMIN, which
// the filter of system calls leaves nothing else to do with.
enum class Marks {
    none,
    trusted,
};

// DIRECTORY becomes the process' root. Needs CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SETPCAP. There is no way
// back. Threads are to be started afterwards. Throws Failure{access_denied, io_error}.
void confine(int directory, Deed deed, Marks marks);

// The same for a process that works on its caller's behalf: who may not change the root only loses the system
// calls and the way to new privileges.
void confine_as_far_as_may_be(int directory, Deed deed);

} // namespace slipway::transfer
