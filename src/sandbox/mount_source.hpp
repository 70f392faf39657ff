// SPDX-License-Identifier: LGPL-2.1-or-later
// The source of a mount that only the host's rights can open: a place of the host's, a part of one, a device.
#pragma once

#include "kernel/mount.hpp"
#include "sandbox/request.hpp"

namespace slipway::sandbox {

// Detached. Throws Failure{invalid_mount} for a source that is not there or not as SOURCE says.
kernel::MountFd open_source(const oci::Mount& wish, kernel::Depth depth, const MountSource& source);

} // namespace slipway::sandbox
