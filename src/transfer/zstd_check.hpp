// SPDX-License-Identifier: LGPL-2.1-or-later
// What libzstd returns: a size, or an error in its disguise.
#pragma once

#include <cstddef>

namespace slipway::transfer {

// RESULT if it is a size. Throws Failure{internal} with the library's words.
std::size_t check_zstd(std::size_t result);

} // namespace slipway::transfer
