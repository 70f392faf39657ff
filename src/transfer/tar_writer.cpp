// SPDX-License-Identifier: LGPL-2.1-or-later
// TarWriter: libarchive's pax format.
#include "transfer/tar_writer.hpp"

#include "base/failure.hpp"
#include "transfer/acl.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include <string>
#include <utility>

namespace slipway::transfer {

namespace {

constexpr int block_size = 64 << 10;

struct FreeEntry {
    void operator()(archive_entry* entry) const noexcept { ::archive_entry_free(entry); }
};

mode_t type_of(EntryKind kind)
{
    switch (kind) {
    case EntryKind::directory:
        return AE_IFDIR;
    case EntryKind::symbolic_link:
        return AE_IFLNK;
    case EntryKind::fifo:
        return AE_IFIFO;
    default:
        return AE_IFREG;
    }
}

} // namespace

void TarWriter::Free::operator()(archive* writer) const noexcept
{
    ::archive_write_free(writer);
}

TarWriter::TarWriter(std::function<void(std::string_view)> out)
    : out_{std::move(out)}, writer_{::archive_write_new()}
{
    archive* const writer = writer_.get();
    // Without "all", the library writes each attribute twice.
    if (writer == nullptr || ::archive_write_set_format_pax(writer) != ARCHIVE_OK ||
        ::archive_write_set_format_option(writer, "pax", "xattrheader", "SCHILY") != ARCHIVE_OK)
        throw Failure{ErrorCode::internal, "libarchive writes no tar"};
    ::archive_write_set_bytes_per_block(writer, block_size);
    ::archive_write_set_bytes_in_last_block(writer, 1);
    check_result(::archive_write_open(writer, this, nullptr, put, nullptr));
}

void TarWriter::check_result(long result)
{
    if (out_failure_)
        std::rethrow_exception(std::exchange(out_failure_, nullptr));
    // A name that is no UTF-8 is written as it is, with a warning.
    if (result >= ARCHIVE_OK || result == ARCHIVE_WARN)
        return;
    const char* const text = ::archive_error_string(writer_.get());
    throw Failure{ErrorCode::internal,
                  std::string{"libarchive: "} + (text == nullptr ? "unknown reason" : text)};
}

// Called by libarchive: nothing may be thrown through it.
long TarWriter::put(archive* writer, void* self, const void* buffer, std::size_t size)
{
    auto& that = *static_cast<TarWriter*>(self);
    try {
        that.out_({static_cast<const char*>(buffer), size});
        return static_cast<long>(size);
    } catch (...) {
        that.out_failure_ = std::current_exception();
        ::archive_set_error(writer, EIO, "writing failed");
        return ARCHIVE_FATAL;
    }
}

void TarWriter::begin(const Entry& entry, const std::vector<Extent>& extents)
{
    const std::unique_ptr<archive_entry, FreeEntry> made{::archive_entry_new()};
    archive_entry* const raw = made.get();
    if (raw == nullptr)
        throw Failure{ErrorCode::internal, "libarchive gives no entry"};
    ::archive_entry_set_pathname(raw, entry.name.empty() ? "." : entry.name.c_str());
    ::archive_entry_set_filetype(raw, type_of(entry.kind));
    ::archive_entry_set_perm(raw, entry.mode);
    ::archive_entry_set_uid(raw, entry.uid);
    ::archive_entry_set_gid(raw, entry.gid);
    ::archive_entry_set_mtime(raw, entry.mtime.tv_sec, entry.mtime.tv_nsec);
    ::archive_entry_set_size(raw, entry.kind == EntryKind::file ? static_cast<la_int64_t>(entry.size) : 0);
    if (entry.kind == EntryKind::hard_link)
        ::archive_entry_set_hardlink(raw, entry.target.c_str());
    if (entry.kind == EntryKind::symbolic_link)
        ::archive_entry_set_symlink(raw, entry.target.c_str());
    for (const Xattr& xattr : entry.xattrs)
        if (!put_acl(raw, xattr, entry.name))
            ::archive_entry_xattr_add_entry(raw, xattr.name.c_str(), xattr.value.data(), xattr.value.size());
    for (const Extent& extent : extents)
        ::archive_entry_sparse_add_entry(raw, static_cast<la_int64_t>(extent.offset),
                                         static_cast<la_int64_t>(extent.size));
    check_result(::archive_write_header(writer_.get(), raw));
}

void TarWriter::data(std::string_view bytes)
{
    while (!bytes.empty()) {
        const la_ssize_t count = ::archive_write_data(writer_.get(), bytes.data(), bytes.size());
        check_result(count);
        if (count <= 0)
            throw Failure{ErrorCode::internal, "libarchive takes no more of a file"};
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void TarWriter::finish()
{
    check_result(::archive_write_close(writer_.get()));
}

} // namespace slipway::transfer
