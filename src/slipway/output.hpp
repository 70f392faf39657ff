// SPDX-License-Identifier: LGPL-2.1-or-later
// Printing to standard output, where a failure to write is a failure of the program.
#pragma once

#include <string_view>

namespace slipway::cli {

// Throws Failure.
void print(std::string_view text);
void print_line(std::string_view text);

} // namespace slipway::cli
