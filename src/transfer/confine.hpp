// SPDX-License-Identifier: LGPL-2.1-or-later
// Confine: a transfer locks itself into the directory it fills before it reads the first byte of what
// somebody made.
//
// After it, the process has no network, sees no file but those below the directory, keeps of root's power
// only what owning files needs, gains none by executing, and may make no system call that unpacking does not
// need (syscall_filter.hpp). Even a flaw in a decompressor then reaches nothing but the layer that would be
// made.
#pragma once

namespace slipway::transfer {

// DIRECTORY becomes the process' root. Needs CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SETPCAP. There is no way
// back. Throws Failure{access_denied, io_error}.
void confine(int directory);

} // namespace slipway::transfer
