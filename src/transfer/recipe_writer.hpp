// SPDX-License-Identifier: LGPL-2.1-or-later
// RecipeWriter: writes a layer's recipe while the layer is unpacked.
#pragma once

#include "base/digest.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct ZSTD_CCtx_s;

namespace slipway::transfer {

class RecipeWriter {
  public:
    // FD: an open, empty file, the caller's.
    explicit RecipeWriter(int fd);
    RecipeWriter(const RecipeWriter&) = delete;
    RecipeWriter& operator=(const RecipeWriter&) = delete;
    RecipeWriter(RecipeWriter&&) = delete;
    RecipeWriter& operator=(RecipeWriter&&) = delete;
    ~RecipeWriter() = default;

    // All throw Failure{io_error, no_space}.
    void literal(std::string_view bytes);
    // The next SIZE bytes of the tar are those of PATH's content from OFFSET on.
    void content(const std::string& path, std::uint64_t offset, std::uint64_t size);
    // PATH, a file of this layer, is about to go. FILE is open for reading. Throws Failure{hostile_archive}
    // past shelf_limit.
    void shelve(const std::string& path, int file);
    void end(const Digest& diff_id);

  private:
    struct Free {
        void operator()(ZSTD_CCtx_s* context) const noexcept;
    };
    enum class Flush { no, end_frame };

    void put_mark(char mark);
    void put_number(std::uint64_t number);
    void put_path(const std::string& path);
    void put(std::string_view bytes, Flush flush = Flush::no);
    // Neighbours become one record.
    void settle();
    void end_frame();
    void shelve_extent(const std::string& path, int file, std::uint64_t offset, std::uint64_t size);

    int fd_;
    std::unique_ptr<ZSTD_CCtx_s, Free> compressor_;
    std::vector<char> output_;
    // A record that may yet grow.
    std::string pending_literal_;
    std::string content_path_;
    std::uint64_t content_offset_ = 0;
    std::uint64_t content_size_ = 0;
    std::uint64_t size_ = 0; // of the tar
    std::size_t shelves_ = 0;
};

} // namespace slipway::transfer
