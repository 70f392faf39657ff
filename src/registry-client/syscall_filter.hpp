// SPDX-License-Identifier: LGPL-2.1-or-later
// The system calls that slipway-registry has left.
#pragma once

namespace slipway::registry_client {

// All others fail with EPERM. Throws Failure.
void filter_syscalls();

} // namespace slipway::registry_client
