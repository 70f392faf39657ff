// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of variables: .env, env_file and label_file (Compose specification, 05-services.md, "Env_file
// format").
#pragma once

#include "compose/environment.hpp"
#include "compose/interpolate.hpp"

#include <string_view>

namespace slipway::compose {

enum class EnvFormat { compose, raw };

// Adds the variables of TEXT to VARIABLES, later ones over earlier ones. Values that are not in single quotes
// are interpolated, by LOOKUP first and then by what VARIABLES has; raw: nothing is interpolated and quotes
// stay. A name without "=" has the value that LOOKUP has, if any. Throws Failure{invalid_configuration},
// "NAME:LINE: …".
void read_env_file(std::string_view text, const std::string& name, EnvFormat format, const Lookup& lookup,
                   Variables& variables);

} // namespace slipway::compose
