// SPDX-License-Identifier: LGPL-2.1-or-later
// Which services of a project are meant: those that are named, and what they depend on.
#pragma once

#include "compose/project.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

enum class Dependencies { included, left_out };

// By name. None named: all that are enabled. NAMES are enabled services. Throws Failure{invalid_argument}.
std::vector<std::string> selected_services(const compose::Project& project,
                                           const std::vector<std::string>& names, Dependencies dependencies);

} // namespace slipway::cli
