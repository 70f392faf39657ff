// SPDX-License-Identifier: LGPL-2.1-or-later
// Names with a NUL inside, which C strings cannot show: looked for in the raw headers of an entry.
//
// pax and GNU long names have a length of their own, so that a name may go on behind a NUL. One reader of the
// archive sees the whole, another what stands before it: such a name is made to deceive.
#pragma once

#include <cstddef>
#include <string_view>

namespace slipway::transfer {

// What headers and data are rounded up to (pax(1)).
inline constexpr std::size_t tar_block = 512;

// HEADERS are the bytes from an entry's first header up to its data: special headers (pax, GNU), then the
// entry's own. Incomplete or damaged ones have no such name.
bool has_name_with_nul(std::string_view headers);

} // namespace slipway::transfer
