// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "pack": the directory on 3 becomes a tar to 1, told about on 4.
#pragma once

#include "transfer/words.hpp"

namespace slipway::transfer {

// WORDS: "tree" or "changes", "--compression=none|gzip|zstd", "--overlay=trusted|user", "--only=NAME"; or
// "path", "--path=PATH", "--follow-link", "--local": what cp(1) would take of it. With the last the path is
// the caller's own, whatever the directory is. Returns the exit status as unpack_command() does.
int pack_command(Words words);

} // namespace slipway::transfer
