// SPDX-License-Identifier: LGPL-2.1-or-later
// BlobWriter: a tar on its way out, compressed, with the digests of both that an image's manifest and
// configuration name.
#pragma once

#include "base/digest.hpp"
#include "hashing/sha256.hpp"
#include "transfer/compression.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace slipway::transfer {

struct Written {
    Digest digest; // of what was sent
    std::uint64_t size = 0;
    Digest diff_id; // of the tar
    std::uint64_t tar_size = 0;
};

class BlobWriter {
  public:
    BlobWriter(WriteBytes out, Compression compression, unsigned workers);
    BlobWriter(const BlobWriter&) = delete;
    BlobWriter& operator=(const BlobWriter&) = delete;
    BlobWriter(BlobWriter&&) = delete;
    BlobWriter& operator=(BlobWriter&&) = delete;
    ~BlobWriter() = default;

    void write(std::string_view bytes);
    // Bytes of the tar so far.
    std::uint64_t tar_size() const noexcept { return tar_size_; }
    Written finish();

  private:
    WriteBytes out_;
    Compression compression_;
    hashing::Sha256 tar_hash_;
    std::uint64_t tar_size_ = 0;
    hashing::Sha256 hash_; // where they differ
    std::uint64_t size_ = 0;
    std::unique_ptr<Compressor> compressor_;
};

} // namespace slipway::transfer
