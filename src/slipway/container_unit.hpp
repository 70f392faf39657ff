// SPDX-License-Identifier: LGPL-2.1-or-later
// A container as a .container file: of its description, and its image's.
#pragma once

#include "base/json.hpp"

#include <string>

namespace slipway::cli {

// CONTAINER: as Container.Describe has it; IMAGE: as Image.Describe has it, or null where it is gone. What
// the image says is not said again; what no key can say is a line "# not said: …".
std::string container_unit(const Json& container, const Json& image);

} // namespace slipway::cli
