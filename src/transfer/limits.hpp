// SPDX-License-Identifier: LGPL-2.1-or-later
// Limits of an archive: far beyond any image, so that what reaches them is an attack or a mistake.
#pragma once

#include <cstdint>

namespace slipway::transfer {

// Bytes of the uncompressed tar: guards the disk against decompression bombs.
inline constexpr std::uint64_t archive_limit = std::uint64_t{256} << 30U;
// Entries, each of which may cost an inode.
inline constexpr std::uint64_t entry_limit = 4'000'000;
// Bytes of the process' memory: an archive may ask its decompressor for any amount. xz -9 takes 65 MiB, zstd
// at most 128.
inline constexpr std::uint64_t memory_limit = std::uint64_t{512} << 20U;
// Bytes of an entry's name or a link's target (PATH_MAX without the closing NUL).
inline constexpr std::size_t path_limit = 4095;
// Bytes between two slashes (NAME_MAX).
inline constexpr std::size_t component_limit = 255;
// Symbolic links followed on the way to one name, as the kernel's (path_resolution(7)).
inline constexpr int link_limit = 40;

} // namespace slipway::transfer
