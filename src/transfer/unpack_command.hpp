// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "unpack": the archive on 0 into the directory on 3, told about on 4.
#pragma once

namespace slipway::transfer {

// Returns the exit status: 0 for unpacked, 1 for failed or cancelled.
int unpack_command();

} // namespace slipway::transfer
