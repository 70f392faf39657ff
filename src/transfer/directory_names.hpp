// SPDX-License-Identifier: LGPL-2.1-or-later
// The names in a directory, in an order that is the same everywhere.
#pragma once

#include "base/fd.hpp"

#include <string>
#include <vector>

namespace slipway::transfer {

// By bytes, without "." and "..". PATH is for messages. Throws Failure.
std::vector<std::string> names_in(const Fd& directory, const std::string& path);

} // namespace slipway::transfer
