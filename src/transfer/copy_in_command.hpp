// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "copy-in": standard input, a tar, goes to a path in the directory.
#pragma once

#include "transfer/words.hpp"

namespace slipway::transfer {

// --path=PATH [--archive] [--owners] [--local]: with the last the path is the caller's own, whatever the
// directory is. The exit status.
int copy_in_command(Words words);

} // namespace slipway::transfer
