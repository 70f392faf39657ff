// SPDX-License-Identifier: LGPL-2.1-or-later
// Subvolumes of btrfs (btrfs-ioctl(2)).
#pragma once

#include "base/fd.hpp"

#include <string>

namespace slipway::kernel {

// Empty, and called NAME in the open directory PARENT. Throws Failure{io_error, access_denied,
// not_supported}.
void make_subvolume(const Fd& parent, const std::string& name);
// The same with all that SOURCE, the open top of a subvolume, has now. On the disk when it returns.
void make_snapshot(const Fd& source, const Fd& parent, const std::string& name);

} // namespace slipway::kernel
