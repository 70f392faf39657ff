// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "enclose": the texts on 0 become the last members of a tar on 1, told about on 4.
#pragma once

#include "transfer/words.hpp"

namespace slipway::transfer {

// No WORDS. Returns the exit status as unpack_command() does.
int enclose_command(Words words);

} // namespace slipway::transfer
