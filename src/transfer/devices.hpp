// SPDX-License-Identifier: LGPL-2.1-or-later
// Devices in an archive: the standard ones under dev/ are left out, since a container gets its own /dev; all
// else is refused.
#pragma once

#include "transfer/entry.hpp"

namespace slipway::transfer {

// ENTRY is a character or block device. Returns where it may be left out; throws Failure{hostile_archive}
// otherwise.
void check_device(const Entry& entry);

} // namespace slipway::transfer
