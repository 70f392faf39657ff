// SPDX-License-Identifier: LGPL-2.1-or-later
// The recipe of a layer: what turns its directory back into the very tar it came from (docs/layers.md).
//
// A recipe is zstd frames. Without their compression it is a magic word and records, each a letter and what
// follows; numbers are LEB128:
//
//     L length bytes               these bytes
//     C path offset length         that many bytes of the file's content, from offset on
//     S path offset length         the file of this path was replaced here: what records before this one want
//     of
//                                  its content is not in the directory but in such records, one for each
//                                  extent, zeros between them. The record ends its frame; its bytes are the
//                                  next frame.
//     E size digest                the end; the tar's size and SHA-256 (32 bytes)
//
// A path is its length and its bytes; nothing on it is a symbolic link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace slipway::transfer {

inline constexpr std::string_view recipe_magic = "slipway recipe 1\n";

enum class RecipeMark : char {
    literal = 'L',
    content = 'C',
    shelf = 'S',
    end = 'E',
};

// Records of replaced files in one recipe, each of which the reader remembers.
inline constexpr std::size_t shelf_limit = 100'000;
// Window of the compressed recipe, a power of two: what a reader must keep.
inline constexpr int recipe_window = 23;

} // namespace slipway::transfer
