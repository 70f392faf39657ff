// SPDX-License-Identifier: LGPL-2.1-or-later
// A project's secrets and configs, as the engine keeps them.
#pragma once

#include "compose/project.hpp"
#include "slipway/context.hpp"

#include <string>

namespace slipway::cli {

// What the engine calls it: an external one as it is, a config of the project such that no secret is called
// so.
std::string stored_secret_name(const compose::Secret& secret);
std::string stored_config_name(const compose::Config& config);

// Those of the project's own that enabled services have: their values go to the engine, in memory. Throws
// Failure{no_such_file, invalid_configuration} and what the engine refuses.
void bring_secrets(Context& context, const compose::Project& project);

} // namespace slipway::cli
