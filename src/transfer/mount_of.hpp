// SPDX-License-Identifier: LGPL-2.1-or-later
// Mount of: which mount a file is seen through.
#pragma once

#include <cstdint>

namespace slipway::transfer {

// The ID of the mount that shows BASE of DIRECTORY, or DIRECTORY itself where BASE is empty; a symbolic link
// is not followed. Before Linux 5.8 the device number stands in, which a bind mount shares with what it
// shows. Throws Failure.
std::uint64_t mount_of(int directory, const char* base = "");

} // namespace slipway::transfer
