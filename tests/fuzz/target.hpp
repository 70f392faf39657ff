// SPDX-License-Identifier: LGPL-2.1-or-later
// What all fuzz targets share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// One input; returns 0. Whatever else happens, an exception that gets out included, is a finding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace slipway::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size}; // NOLINT: bytes are bytes
}

// A claim about what was read.
inline void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace slipway::fuzz
