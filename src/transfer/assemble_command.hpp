// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "assemble": the recipe on 0 and the layer's directory on 3 become a tar to 1, told about on 4.
#pragma once

#include "transfer/words.hpp"

namespace slipway::transfer {

// WORDS: "--compression=none|gzip|zstd"; or "--member=NAME" and "--size=BYTES": it becomes that file of a
// tar, without an end mark. Returns the exit status as unpack_command() does.
int assemble_command(Words words);

} // namespace slipway::transfer
