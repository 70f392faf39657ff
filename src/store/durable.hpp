// SPDX-License-Identifier: LGPL-2.1-or-later
// Names in directories: whether they are there, and that they survive a loss of power.
#pragma once

#include <filesystem>

namespace slipway::store {

// Itself, not what a symbolic link leads to.
bool is_there(const std::filesystem::path& path);

// Waits until the names in DIRECTORY are on the disk. Throws Failure{io_error}.
void sync_directory(const std::filesystem::path& directory);

} // namespace slipway::store
