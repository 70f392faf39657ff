// SPDX-License-Identifier: LGPL-2.1-or-later
// TarBytes: where the bytes of an uncompressed tar come from.
#pragma once

#include <cstdint>
#include <string_view>

namespace slipway::transfer {

class TarBytes {
  public:
    TarBytes() = default;
    TarBytes(const TarBytes&) = delete;
    TarBytes& operator=(const TarBytes&) = delete;
    TarBytes(TarBytes&&) = delete;
    TarBytes& operator=(TarBytes&&) = delete;
    virtual ~TarBytes() = default;

    // The next bytes, valid until the next call; empty at the end. Throws Failure: truncated_archive,
    // unreadable_archive, hostile_archive past the limit, and what the source throws.
    virtual std::string_view next() = 0;
    // Bytes that next() returned so far.
    virtual std::uint64_t size() const noexcept = 0;
};

} // namespace slipway::transfer
