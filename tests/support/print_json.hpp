// SPDX-License-Identifier: LGPL-2.1-or-later
// PrintTo: a JSON value in a failed expectation is shown as text.
#pragma once

#include "base/json.hpp"

#include <ostream>

namespace slipway {

inline void PrintTo(const Json& value, std::ostream* stream) // the name that gtest looks for
{
    *stream << json_text(value, StrayBytes::replaced);
}

} // namespace slipway
