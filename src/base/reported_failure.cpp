// SPDX-License-Identifier: LGPL-2.1-or-later
// reported_failure.
#include "base/reported_failure.hpp"

namespace slipway {

Failure reported_failure(const Json& error, ErrorCode fallback)
{
    const auto code = find_error_code(error.at("name").get<std::string>());
    return Failure{code.value_or(fallback), error.at("message").get<std::string>()};
}

} // namespace slipway
