// SPDX-License-Identifier: LGPL-2.1-or-later
// What this process may do to the machine (capabilities(7)).
#pragma once

namespace slipway::kernel {

// User 0, and not merely that of a user namespace that a user without privileges has made. The root of a
// container with an init of its own is one: /run is its to write to.
bool is_machines_root() noexcept;

// CAP_SYS_ADMIN: mounts and namespaces may be made in the present ones.
bool may_mount() noexcept;

// CAP_SETUID and CAP_SETGID: a child's user namespace may be given any of our own IDs.
bool may_map_ids() noexcept;

} // namespace slipway::kernel
