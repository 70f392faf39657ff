// SPDX-License-Identifier: LGPL-2.1-or-later
// export --for: what another supervisor needs to keep a container, or the engine.
#pragma once

#include "slipway/context.hpp"

#include <optional>
#include <string>

namespace slipway::cli {

// NAME: the container; none: the engine. DIRECTORY: where the files go, which is made; empty: they are
// printed. Throws Failure, UsageError.
int export_for(Context& context, const std::string& supervisor, const std::optional<std::string>& name,
               const std::string& directory);

} // namespace slipway::cli
