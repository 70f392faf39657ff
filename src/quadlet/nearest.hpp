// SPDX-License-Identifier: LGPL-2.1-or-later
// The word that was meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace slipway::quadlet {

// "; did you mean 'Volume'?", or nothing where none of KNOWN is near.
std::string advice(std::string_view word, std::span<const std::string_view> known);

} // namespace slipway::quadlet
