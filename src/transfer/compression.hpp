// SPDX-License-Identifier: LGPL-2.1-or-later
// Compression of what is sent: by more than one processor, and the same bytes whatever their number.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace slipway::transfer {

enum class Compression {
    none,
    gzip,
    zstd,
};

// "none", "gzip", "zstd"; nothing for another word.
std::optional<Compression> find_compression(std::string_view word);

// Where bytes go. May throw.
using WriteBytes = std::function<void(std::string_view)>;

class Compressor {
  public:
    Compressor() = default;
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;
    Compressor(Compressor&&) = delete;
    Compressor& operator=(Compressor&&) = delete;
    virtual ~Compressor() = default;

    virtual void write(std::string_view bytes) = 0;
    // Once, after the last byte.
    virtual void finish() = 0;
};

// OUT is called by the caller's thread only. WORKERS: threads, at least one.
std::unique_ptr<Compressor> make_compressor(Compression compression, WriteBytes out, unsigned workers);

} // namespace slipway::transfer
