// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "compare": a layer's directory against what it has to be.
#pragma once

#include "transfer/words.hpp"

namespace slipway::transfer {

// The exit status.
int compare_command(Words words);

} // namespace slipway::transfer
