// SPDX-License-Identifier: LGPL-2.1-or-later
// Masked and read-only paths (OCI runtime specification, config-linux.md).
#pragma once

#include "base/fd.hpp"
#include "oci/runtime_config.hpp"

namespace slipway::sandbox {

// ROOT: the container's root with all its mounts, not yet entered: masked files are covered with the host's
// /dev/null, since one of the image's could be anything by now. Throws Failure; also where a path below /proc
// is not on a proc file system, since what was to be hidden would then be elsewhere.
void hide_paths(const Fd& root, const oci::Linux& settings);

} // namespace slipway::sandbox
