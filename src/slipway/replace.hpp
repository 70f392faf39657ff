// SPDX-License-Identifier: LGPL-2.1-or-later
// replace: room for a container of a name.
#pragma once

#include "slipway/context.hpp"

#include <string>

namespace slipway::cli {

// Removes the container NAME, running or not, if there is one. Throws Failure.
void remove_if_there(Context& context, const std::string& name);

} // namespace slipway::cli
