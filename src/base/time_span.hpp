// SPDX-License-Identifier: LGPL-2.1-or-later
// Time spans as people write them (systemd.time(7), docker).
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace slipway {

// "10m", "1h30m", "2d", "1.5s", "100ms": nothing for anything else, and for more than a thousand years.
std::optional<Microseconds> find_time_span(std::string_view text);

// The same, and "90": seconds where no unit stands. Refuses anything else with invalid_argument.
Result<Microseconds> parse_time_span(std::string_view text);

// As both read it: "1s", "250ms".
std::string time_span_text(Microseconds span);

} // namespace slipway
