// SPDX-License-Identifier: LGPL-2.1-or-later
// TarReader: the entries of a tar (ustar, pax, GNU, old) one after the other.
#pragma once

#include "transfer/entry.hpp"
#include "transfer/hashing_reader.hpp"
#include "transfer/recorder.hpp"
#include "transfer/tar_bytes.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

struct archive_entry;

namespace slipway::transfer {

// A piece of a file's content; what lies between pieces is a hole.
struct Piece {
    std::string_view bytes;
    std::uint64_t offset;   // in the file
    std::uint64_t position; // in the tar
};

class TarReader {
  public:
    // BYTES and RECORDER must outlive it; the latter, which may be nullptr, is told of all bytes. The
    // process' locale must be one of UTF-8, else names are mangled.
    explicit TarReader(TarBytes& bytes, Recorder* recorder = nullptr);
    TarReader(const TarReader&) = delete;
    TarReader& operator=(const TarReader&) = delete;
    TarReader(TarReader&&) = delete;
    TarReader& operator=(TarReader&&) = delete;
    ~TarReader() = default;

    // Nothing after the last entry. Throws Failure: unreadable_archive, truncated_archive, hostile_archive.
    std::optional<Entry> next();
    // The next piece of that entry; nothing after the last one. No piece begins before the last one's end.
    std::optional<Piece> next_piece();
    // After the last entry: reads what follows it, to the last byte.
    void finish();

  private:
    static long fill(archive* reader, void* self, const void** buffer);
    [[noreturn]] void fail();
    void skip_rest();
    void keep_headers();
    bool has_deceptive_name() const;
    void check_end();
    std::string_view advance(std::uint64_t consumed);

    TarBytes& bytes_;
    Recorder* recorder_;
    std::exception_ptr bytes_failure_;
    std::string_view block_;          // what fill() returned last
    std::uint64_t block_start_ = 0;   // where that is in the tar
    std::uint64_t headers_start_ = 0; // where the headers begin that are read now
    std::string headers_;             // what is read of them and is not in the block
    bool is_in_headers_ = false;
    bool has_entry_ = false;
    std::uint64_t piece_end_ = 0;
    ArchiveReader reader_;
};

} // namespace slipway::transfer
