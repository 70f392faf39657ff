// SPDX-License-Identifier: LGPL-2.1-or-later
// HashingReader: an archive's bytes without their compression, and the digest of all of them.
#pragma once

#include "base/digest.hpp"
#include "hashing/sha256.hpp"
#include "transfer/limits.hpp"
#include "transfer/tar_bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

struct archive;

namespace slipway::transfer {

// Fills at most SIZE bytes from BUFFER on and returns how many; 0 at the end. May throw.
using ByteSource = std::function<std::size_t(char* buffer, std::size_t size)>;

struct FreeArchive {
    void operator()(archive* reader) const noexcept;
};
using ArchiveReader = std::unique_ptr<archive, FreeArchive>;

class HashingReader final : public TarBytes {
  public:
    // Plain, gzip, zstd, xz, lzma or bzip2, as the first bytes say. LIMIT: bytes without compression. Throws
    // Failure{unreadable_archive} for no bytes at all.
    explicit HashingReader(ByteSource source, std::uint64_t limit = archive_limit);
    HashingReader(const HashingReader&) = delete;
    HashingReader& operator=(const HashingReader&) = delete;
    HashingReader(HashingReader&&) = delete;
    HashingReader& operator=(HashingReader&&) = delete;
    ~HashingReader() override = default;

    std::string_view next() override;
    std::uint64_t size() const noexcept override { return size_; }
    // Reads what is left first; once.
    Digest finish();

  private:
    static long fill(archive* reader, void* self, const void** buffer);
    [[noreturn]] void fail();

    ByteSource source_;
    std::vector<char> buffer_;
    std::exception_ptr source_failure_;
    bool has_bytes_ = false;
    ArchiveReader reader_;
    hashing::Sha256 hash_;
    std::uint64_t size_ = 0;
    std::uint64_t limit_;
};

// What the library says of READER's failure: truncated_archive or unreadable_archive.
[[noreturn]] void throw_archive_failure(archive* reader);

} // namespace slipway::transfer
