// SPDX-License-Identifier: LGPL-2.1-or-later
// Variables, each once: of two a program may take either.
#include "engine/container/environment.hpp"

#include "base/failure.hpp"

#include <algorithm>

namespace slipway::engine {

void set_variable(std::vector<std::string>& environment, const std::string& variable)
{
    const std::size_t equals = variable.find('=');
    if (equals == std::string::npos || equals == 0)
        throw Failure{ErrorCode::invalid_argument, "not an environment variable (KEY=VALUE): " + variable};
    const std::string key = variable.substr(0, equals + 1);
    const auto found = std::find_if(environment.begin(), environment.end(),
                                    [&key](const std::string& other) { return other.starts_with(key); });
    if (found != environment.end())
        *found = variable;
    else
        environment.push_back(variable);
}

bool has_variable(const std::vector<std::string>& environment, std::string_view key)
{
    return std::any_of(environment.begin(), environment.end(),
                       [key](const std::string& variable) { return variable.starts_with(key); });
}

} // namespace slipway::engine
