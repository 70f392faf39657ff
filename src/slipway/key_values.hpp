// SPDX-License-Identifier: LGPL-2.1-or-later
// KEY=VALUE words of an option that may come several times.
#pragma once

#include "arguments/options.hpp"

#include <map>
#include <string>
#include <vector>

namespace slipway::cli {

// Throws UsageError, with the OPTION's name.
inline std::map<std::string, std::string> parse_key_values(const std::string& option,
                                                           const std::vector<std::string>& words)
{
    std::map<std::string, std::string> pairs;
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos || equals == 0)
            throw UsageError{std::string{option}.append(" takes KEY=VALUE, not '").append(word).append("'")};
        pairs[word.substr(0, equals)] = word.substr(equals + 1);
    }
    return pairs;
}

} // namespace slipway::cli
