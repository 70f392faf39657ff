// SPDX-License-Identifier: LGPL-2.1-or-later
// Sockets that start containers: the engine has written their units' files.
#pragma once

#include <filesystem>

namespace slipway::generator {

// Makes them the manager's, from TARGET, and wanted by sockets.target. Throws std::exception.
void link_sockets(const std::filesystem::path& target);

} // namespace slipway::generator
