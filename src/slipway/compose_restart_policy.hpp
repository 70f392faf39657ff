// SPDX-License-Identifier: LGPL-2.1-or-later
// A Compose service's restart policy in the engine's words.
#pragma once

#include "compose/deploy.hpp"

#include <optional>
#include <string>

namespace slipway::cli {

// Nothing where it is not restarted.
std::optional<std::string> restart_text(const compose::RestartPolicy& policy);

} // namespace slipway::cli
