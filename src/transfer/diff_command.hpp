// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "diff": what the upper directory on 3 changes of the layers on 7, 8, … to 1, told about on 4.
#pragma once

#include "transfer/words.hpp"

namespace slipway::transfer {

// WORDS: "--layers=COUNT", "--overlay=trusted|user". Returns the exit status as unpack_command() does.
int diff_command(Words words);

} // namespace slipway::transfer
