// SPDX-License-Identifier: LGPL-2.1-or-later
// A group applied: made where it is missing.
#pragma once

#include "client/manager.hpp"
#include "slipway/context.hpp"

#include <string>

namespace slipway::cli {

// What would be done, a line for each container: "create web shop-web-1".
std::string plan_text(Context& context, const std::string& name, client::GroupSettings settings);
void apply_group(Context& context, const std::string& name, client::GroupSettings settings,
                 client::ApplyOptions options);

} // namespace slipway::cli
