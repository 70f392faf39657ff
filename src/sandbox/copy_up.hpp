// SPDX-License-Identifier: LGPL-2.1-or-later
// tmpcopyup: a tmpfs that begins with what it covers.
#pragma once

#include "base/fd.hpp"

namespace slipway::sandbox {

// Copies the tree below FROM (a directory) into TO: files, directories, links, their owners, modes and times,
// and extended attributes where TO takes them; devices and sockets are left out. Nothing is followed. Throws
// Failure.
void copy_up(const Fd& from, const Fd& to);

} // namespace slipway::sandbox
