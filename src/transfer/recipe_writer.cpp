// SPDX-License-Identifier: LGPL-2.1-or-later
// RecipeWriter: records into zstd frames.
#include "transfer/recipe_writer.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/recipe_format.hpp"
#include "transfer/zstd_check.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <unistd.h>
#include <zstd.h>

namespace slipway::transfer {

namespace {

constexpr const char* file_name = "the layer's recipe";
// Headers of tars compress to a thirtieth; higher levels take longer for little.
constexpr int level = 3;
constexpr std::size_t literal_limit = 256U << 10U;

std::string bytes_of_hex(std::string_view hex)
{
    const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>((digit(hex[i]) << 4U) | digit(hex[i + 1]));
    return bytes;
}

} // namespace

void RecipeWriter::Free::operator()(ZSTD_CCtx_s* context) const noexcept
{
    ::ZSTD_freeCCtx(context);
}

RecipeWriter::RecipeWriter(int fd)
    : fd_{fd}, compressor_{::ZSTD_createCCtx()}, output_(::ZSTD_CStreamOutSize())
{
    if (!compressor_)
        throw Failure{ErrorCode::internal, "zstd gives no compressor"};
    check_zstd(::ZSTD_CCtx_setParameter(compressor_.get(), ZSTD_c_compressionLevel, level));
    check_zstd(::ZSTD_CCtx_setParameter(compressor_.get(), ZSTD_c_checksumFlag, 1));
    put(recipe_magic);
}

void RecipeWriter::put(std::string_view bytes, Flush flush)
{
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    const ZSTD_EndDirective directive = flush == Flush::end_frame ? ZSTD_e_end : ZSTD_e_continue;
    for (;;) {
        ZSTD_outBuffer output{output_.data(), output_.size(), 0};
        const std::size_t rest =
            check_zstd(::ZSTD_compressStream2(compressor_.get(), &output, &input, directive));
        write_all(fd_, {output_.data(), output.pos}, file_name);
        if (directive == ZSTD_e_end ? rest == 0 : input.pos == input.size)
            return;
    }
}

void RecipeWriter::put_mark(char mark)
{
    put({&mark, 1});
}

void RecipeWriter::put_number(std::uint64_t number)
{
    std::string bytes;
    for (; number >= 0x80; number >>= 7U)
        bytes += static_cast<char>((number & 0x7fU) | 0x80U);
    bytes += static_cast<char>(number);
    put(bytes);
}

void RecipeWriter::put_path(const std::string& path)
{
    put_number(path.size());
    put(path);
}

void RecipeWriter::settle()
{
    if (!pending_literal_.empty()) {
        put_mark(static_cast<char>(RecipeMark::literal));
        put_number(pending_literal_.size());
        put(pending_literal_);
        pending_literal_.clear();
    }
    if (content_size_ != 0) {
        put_mark(static_cast<char>(RecipeMark::content));
        put_path(content_path_);
        put_number(content_offset_);
        put_number(content_size_);
        content_size_ = 0;
    }
}

void RecipeWriter::end_frame()
{
    put({}, Flush::end_frame);
}

void RecipeWriter::literal(std::string_view bytes)
{
    if (bytes.empty())
        return;
    size_ += bytes.size();
    if (content_size_ != 0 || pending_literal_.size() + bytes.size() > literal_limit)
        settle();
    if (bytes.size() < literal_limit) {
        pending_literal_ += bytes;
        return;
    }
    put_mark(static_cast<char>(RecipeMark::literal));
    put_number(bytes.size());
    put(bytes);
}

void RecipeWriter::content(const std::string& path, std::uint64_t offset, std::uint64_t size)
{
    if (size == 0)
        return;
    size_ += size;
    if (content_size_ != 0 && content_path_ == path && content_offset_ + content_size_ == offset) {
        content_size_ += size;
        return;
    }
    settle();
    content_path_ = path;
    content_offset_ = offset;
    content_size_ = size;
}

void RecipeWriter::shelve_extent(const std::string& path, int file, std::uint64_t offset, std::uint64_t size)
{
    if (++shelves_ > shelf_limit)
        throw Failure{ErrorCode::hostile_archive,
                      "the archive replaces more than " + std::to_string(shelf_limit) +
                          " of its own files, the most that is taken: make it again without the older ones"};
    put_mark(static_cast<char>(RecipeMark::shelf));
    put_path(path);
    put_number(offset);
    put_number(size);
    // So that a reader can come back to where the bytes begin.
    end_frame();
    std::array<char, 64U << 10U> buffer; // NOLINT: written before it is read
    for (std::uint64_t done = 0; done < size;) {
        const std::size_t wanted = std::min<std::uint64_t>(size - done, buffer.size());
        const ssize_t count = ::pread(file, buffer.data(), wanted, static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR)
            continue;
        check_entry(count < 0 ? -1 : 0, "read", path);
        if (count == 0)
            throw Failure{ErrorCode::io_error, "read " + in_quotes(path) + ": it is shorter than it was"};
        put({buffer.data(), static_cast<std::size_t>(count)});
        done += static_cast<std::uint64_t>(count);
    }
    if (size != 0)
        end_frame();
}

void RecipeWriter::shelve(const std::string& path, int file)
{
    settle();
    bool is_written = false;
    // Holes are left out: an archive of some bytes may have made a file of any size.
    for (off_t end = 0;;) {
        const off_t start = ::lseek(file, end, SEEK_DATA);
        if (start < 0 && errno == ENXIO)
            break;
        check_entry(start < 0 ? -1 : 0, "look for the data of", path);
        end = ::lseek(file, start, SEEK_HOLE);
        check_entry(end < 0 ? -1 : 0, "look for the holes of", path);
        shelve_extent(path, file, static_cast<std::uint64_t>(start), static_cast<std::uint64_t>(end - start));
        is_written = true;
    }
    if (!is_written)
        shelve_extent(path, file, 0, 0);
}

void RecipeWriter::end(const Digest& diff_id)
{
    settle();
    put_mark(static_cast<char>(RecipeMark::end));
    put_number(size_);
    put(bytes_of_hex(diff_id.hex()));
    end_frame();
}

} // namespace slipway::transfer
