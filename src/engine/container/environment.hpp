// SPDX-License-Identifier: LGPL-2.1-or-later
// The variables of a payload.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slipway::engine {

// VARIABLE ("KEY=VALUE") replaces one of the same key. Throws Failure{invalid_argument} for what is none.
void set_variable(std::vector<std::string>& environment, const std::string& variable);

// KEY with its "=".
bool has_variable(const std::vector<std::string>& environment, std::string_view key);

} // namespace slipway::engine
