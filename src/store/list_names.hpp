// SPDX-License-Identifier: LGPL-2.1-or-later
// The names in a directory.
#pragma once

#include "base/fd.hpp"

#include <string>
#include <vector>

namespace slipway::store {

// Without "." and "..", in no order. DIRECTORY: open for reading. Throws Failure{io_error}.
std::vector<std::string> list_names(const Fd& directory);

} // namespace slipway::store
