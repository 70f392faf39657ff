// SPDX-License-Identifier: LGPL-2.1-or-later
// Lists of processors or memory nodes (cpuset(7), "List format").
#pragma once

#include "base/result.hpp"

#include <string_view>
#include <vector>

namespace slipway::oci {

// "0-2,7" as {0, 1, 2, 7}, in the order of the text; numbers are below 8192. Refuses with invalid_argument.
Result<std::vector<unsigned>> parse_cpu_list(std::string_view text);

} // namespace slipway::oci
