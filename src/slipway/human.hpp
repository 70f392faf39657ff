// SPDX-License-Identifier: LGPL-2.1-or-later
// Times, sizes and commands as people like to read them, in docker's words.
#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::cli {

// "Less than a second", "3 seconds", "About a minute", "2 hours", "5 weeks".
std::string human_duration(Microseconds duration);
// "2 minutes ago"; a time to come counts as now.
std::string ago(std::uint64_t then_usec, RealTime present);
// Powers of 1000 with three digits: "117MB", "1.23GB".
std::string human_size(std::uint64_t bytes);

// TEXT with what would move the cursor shown as an escape: "a\nb", "\x1b[2J".
std::string visible(std::string_view text);
// TEXT, cut to LIMIT columns. Limit 0: whole.
std::string shortened(std::string text, std::size_t limit);
// The words between double quotes, cut to LIMIT columns between them: "\"sleep 100\"". Limit 0: whole.
std::string quoted_command(const std::vector<std::string>& words, std::size_t limit);
// Columns that UTF-8 text takes, each character counted as one.
std::size_t width(std::string_view text);

} // namespace slipway::cli
