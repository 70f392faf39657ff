// SPDX-License-Identifier: LGPL-2.1-or-later
// The null device among the standard streams: the container's own instead of the host's.
#pragma once

namespace slipway::sandbox {

// To be called in the container's root. A descriptor of the host's would keep a mount of the host's reachable
// (proc(5), fd/), and criu(8) refuses it. Where the container has no null device all stays as it is.
void take_own_null_device();

} // namespace slipway::sandbox
