// SPDX-License-Identifier: LGPL-2.1-or-later
// Signals by name and number: "SIGTERM", "term", "15", "SIGRTMIN+3" (signal(7)).
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace slipway {

// 1 to SIGRTMAX; refuses anything else with invalid_argument.
Result<int> parse_signal(std::string_view text);

// "SIGTERM"; a number without a name as "SIGRTMIN+3".
std::string signal_name(int signal);

} // namespace slipway
