// SPDX-License-Identifier: LGPL-2.1-or-later
// Splitting a command line at its first operand: what follows belongs to the payload, options included.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::cli {

// The spellings, dashes included ("-e", "--env"), of the options that take a value.
using ValueOptions = std::set<std::string, std::less<>>;

struct SplitArguments {
    std::vector<std::string> options;
    // From the first word that is neither an option nor an option's value; a "--" in front of it is dropped.
    std::vector<std::string> operands;
};

// Unknown options count as flags, so that whoever parses the options next can name them.
SplitArguments split_at_operand(const std::vector<std::string>& arguments, const ValueOptions& with_value);

// ARGUMENTS with "--name=" as the two words "--name" and "", for CLI11 would take the word behind it.
std::vector<std::string> with_empty_values(const std::vector<std::string>& arguments,
                                           const ValueOptions& with_value);

} // namespace slipway::cli
