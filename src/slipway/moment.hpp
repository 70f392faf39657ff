// SPDX-License-Identifier: LGPL-2.1-or-later
// Moments written as RFC 3339 has them, and read in the ways that people write them.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace slipway::cli {

// "2026-11-24T00:45:09.123456Z"; empty for 0, which is never.
std::string rfc3339(std::uint64_t usec);

// "10m", "1h30m", "2d" before PRESENT; "2026-11-24T00:45:09Z", with a fraction or an offset, without either
// in local time, "2026-11-24"; or seconds since the epoch, "1700000000.5". What lies before the epoch counts
// as the epoch. Refuses anything else, and durations of more than a thousand years, with invalid_argument.
Result<RealTime> parse_moment(std::string_view text, RealTime present);

} // namespace slipway::cli
