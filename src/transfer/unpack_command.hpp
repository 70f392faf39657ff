// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "unpack": the archive on 0 into the directory on 3, told about on 4, the recipe to 5.
#pragma once

#include "transfer/words.hpp"

namespace slipway::transfer {

// WORDS: "--layer", "--overlay=trusted|user", "--diff-id=DIGEST", "--size=BYTES", "--recipe". Returns the
// exit status: 0 for unpacked, 1 for failed or cancelled.
int unpack_command(Words words);

} // namespace slipway::transfer
