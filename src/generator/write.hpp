// SPDX-License-Identifier: LGPL-2.1-or-later
// Units of Quadlet's files: written where the manager reads them.
#pragma once

#include "generator/log.hpp"
#include "quadlet/generate.hpp"

#include <filesystem>

namespace slipway::generator {

// Throws Failure, std::exception.
void write_unit(const quadlet::Unit& unit, const std::filesystem::path& target);

} // namespace slipway::generator
