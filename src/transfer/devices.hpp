// SPDX-License-Identifier: LGPL-2.1-or-later
// Devices in an archive: of a root file system the standard ones under dev/ are left out, of an image's layer
// all under dev/, since a container gets its own /dev; all else is refused.
#pragma once

#include "transfer/entry.hpp"
#include "transfer/unpack.hpp"

namespace slipway::transfer {

// ENTRY is a character or block device. Returns where it may be left out; throws Failure{hostile_archive}
// otherwise.
void check_device(const Entry& entry, Purpose purpose);

} // namespace slipway::transfer
