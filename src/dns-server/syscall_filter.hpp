// SPDX-License-Identifier: LGPL-2.1-or-later
// The system calls that slipway-dns has left.
#pragma once

namespace slipway::dns_server {

// All others fail with EPERM. Throws Failure.
void filter_syscalls();

} // namespace slipway::dns_server
