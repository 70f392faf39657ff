// SPDX-License-Identifier: LGPL-2.1-or-later
// Sockets that start containers, and services that keep them: the engine has written their units' files.
#pragma once

#include <filesystem>

namespace slipway::generator {

// Makes them the manager's, from TARGET, and wanted at boot. Throws std::exception.
void link_own_units(const std::filesystem::path& target);

} // namespace slipway::generator
