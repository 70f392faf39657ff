// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "extract": the archive of images on 0 into the directory on 3, told about on 4, the list to 5.
#pragma once

#include "transfer/words.hpp"

namespace slipway::transfer {

// No WORDS. Returns the exit status as unpack_command() does.
int extract_command(Words words);

} // namespace slipway::transfer
