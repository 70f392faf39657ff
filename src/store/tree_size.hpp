// SPDX-License-Identifier: LGPL-2.1-or-later
// What a tree takes of the disk.
#pragma once

#include <cstdint>
#include <filesystem>

namespace slipway::store {

// Bytes of the blocks that PATH has, itself included, as du(1) counts them: a file with several names once,
// holes not at all, nothing of other file systems. Follows no symbolic link; what goes meanwhile, or is not
// there, counts for nothing. Takes as long as it takes: for a worker. Throws Failure{io_error,
// access_denied}.
std::uint64_t tree_size(const std::filesystem::path& path);

} // namespace slipway::store
