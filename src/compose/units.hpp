// SPDX-License-Identifier: LGPL-2.1-or-later
// Durations, sizes, numbers, modes and words as Compose files write them (specification, 11-extension.md).
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::compose {

// "1h5m30s20ms", "1.5s", "500us"; w and d too. No unit: microseconds where MICROSECONDS is the unit of the
// field, else it must be 0. Refuses with invalid_argument, as all here do.
Result<std::chrono::microseconds> parse_duration(std::string_view text, std::string_view unit_of_number = {});

// "1024", "64m", "1.5gb", "2GiB": b, k, m, g, t and p are powers of 1024, upper or lower case.
Result<std::uint64_t> parse_bytes(std::string_view text);

// A whole number, as YAML and people write it: "10", "-1", "1_000", "0x1f", "0o17".
Result<std::int64_t> parse_integer(std::string_view text);

// "0.5", "2", "1e3"; finite.
Result<double> parse_number(std::string_view text);

// true, yes, on, y, 1 and their opposites, in any case.
Result<bool> parse_truth(std::string_view text);

// A line split as a shell splits it: quotes and backslashes; nothing is expanded.
Result<std::vector<std::string>> split_words(std::string_view line);

} // namespace slipway::compose
