// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "pack": the directory on 3 becomes a tar to 1, told about on 4.
#pragma once

#include "transfer/words.hpp"

namespace slipway::transfer {

// WORDS: "tree" or "changes", "--compression=none|gzip|zstd", "--overlay=trusted|user", "--only=NAME".
// Returns the exit status as unpack_command() does.
int pack_command(Words words);

} // namespace slipway::transfer
