// SPDX-License-Identifier: LGPL-2.1-or-later
// What slipway-transfer says of what it does not trust.
#pragma once

#include <string>
#include <string_view>

namespace slipway::transfer {

// Failure{hostile_archive}: the entry NAME and what is wrong with it: "is a device".
[[noreturn]] void refuse_entry(std::string_view name, std::string_view reason);

// Failure{damaged_layer}: why the layer's recipe is none.
[[noreturn]] void refuse_recipe(std::string_view reason);

} // namespace slipway::transfer
