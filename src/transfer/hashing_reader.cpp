// SPDX-License-Identifier: LGPL-2.1-or-later
// HashingReader: libarchive's filters under its "raw" format.
#include "transfer/hashing_reader.hpp"

#include "base/failure.hpp"
#include "transfer/limits.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace slipway::transfer {

namespace {

constexpr std::size_t reader_buffer = 256U << 10U;

void check_library(int result)
{
    // A filter that runs another program where its library is missing warns.
    if (result != ARCHIVE_OK)
        throw Failure{ErrorCode::internal, "libarchive lacks a decompressor"};
}

} // namespace

void FreeArchive::operator()(archive* reader) const noexcept
{
    ::archive_read_free(reader);
}

void throw_archive_failure(archive* reader)
{
    const char* text = ::archive_error_string(reader);
    const std::string reason = text == nullptr ? "unknown reason" : text;
    // The second is what liblzma says of an end that is none (LZMA_BUF_ERROR).
    if (::strcasestr(reason.c_str(), "truncated") != nullptr ||
        ::strcasestr(reason.c_str(), "No progress is possible") != nullptr)
        throw Failure{ErrorCode::truncated_archive,
                      "the archive ends too early (" + reason + "): make or send it again"};
    throw Failure{
        ErrorCode::unreadable_archive,
        "this is no tar archive, plain or compressed by gzip, zstd, xz or bzip2, or it is damaged (" +
            reason + ")"};
}

HashingReader::HashingReader(ByteSource source, std::uint64_t limit)
    : source_{std::move(source)}, buffer_(reader_buffer), reader_{::archive_read_new()}, limit_{limit}
{
    archive* const reader = reader_.get();
    if (reader == nullptr)
        throw Failure{ErrorCode::internal, "libarchive gives no reader"};
    // Not "all": some of those run programs.
    check_library(::archive_read_support_filter_gzip(reader));
    check_library(::archive_read_support_filter_zstd(reader));
    check_library(::archive_read_support_filter_xz(reader));
    check_library(::archive_read_support_filter_lzma(reader));
    check_library(::archive_read_support_filter_bzip2(reader));
    check_library(::archive_read_support_format_raw(reader));
    archive_entry* entry = nullptr;
    if (::archive_read_open(reader, this, nullptr, fill, nullptr) != ARCHIVE_OK ||
        ::archive_read_next_header(reader, &entry) != ARCHIVE_OK)
        fail();
}

void HashingReader::fail()
{
    if (source_failure_)
        std::rethrow_exception(std::exchange(source_failure_, nullptr));
    if (!has_bytes_)
        throw Failure{ErrorCode::unreadable_archive, "the archive is empty: give it a tar archive"};
    throw_archive_failure(reader_.get());
}

// Called by libarchive: nothing may be thrown through it.
long HashingReader::fill(archive* reader, void* self, const void** buffer)
{
    auto& that = *static_cast<HashingReader*>(self);
    try {
        const std::size_t count = that.source_(that.buffer_.data(), that.buffer_.size());
        that.has_bytes_ = that.has_bytes_ || count > 0;
        *buffer = that.buffer_.data();
        return static_cast<long>(count);
    } catch (...) {
        that.source_failure_ = std::current_exception();
        ::archive_set_error(reader, EIO, "reading failed");
        return -1;
    }
}

std::string_view HashingReader::next()
{
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    do {
        const int result = ::archive_read_data_block(reader_.get(), &data, &size, &offset);
        if (result == ARCHIVE_EOF)
            return {};
        if (result != ARCHIVE_OK)
            fail();
    } while (size == 0);
    size_ += size;
    if (size_ > limit_)
        throw Failure{ErrorCode::hostile_archive, "the archive has more than " + std::to_string(limit_) +
                                                      " bytes uncompressed, the most that is taken"};
    hash_.update(data, size);
    return {static_cast<const char*>(data), size};
}

Digest HashingReader::finish()
{
    while (!next().empty()) {
    }
    return hash_.finish();
}

} // namespace slipway::transfer
