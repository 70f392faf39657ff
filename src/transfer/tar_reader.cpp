// SPDX-License-Identifier: LGPL-2.1-or-later
// TarReader: libarchive's tar format over the bytes of a HashingReader, its entries checked on the way.
#include "transfer/tar_reader.hpp"

#include "base/failure.hpp"
#include "transfer/acl.hpp"
#include "transfer/attributes.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/limits.hpp"
#include "transfer/special_headers.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include <sys/stat.h>
#include <utility>

namespace slipway::transfer {

namespace {

constexpr mode_t permission_bits = 07777;
// A pax header may have 1 MiB for libarchive; what is longer is not looked at for names with a NUL.
constexpr std::size_t headers_limit = 4U << 20U;
constexpr std::int64_t last_id = 0xfffffffeLL; // the next one means "leave as it is" to chown(2)

EntryKind kind_of(archive_entry* entry, const std::string& name)
{
    if (::archive_entry_hardlink(entry) != nullptr)
        return EntryKind::hard_link;
    switch (::archive_entry_filetype(entry)) {
    case AE_IFREG:
        return EntryKind::file;
    case AE_IFDIR:
        return EntryKind::directory;
    case AE_IFLNK:
        return EntryKind::symbolic_link;
    case AE_IFIFO:
        return EntryKind::fifo;
    case AE_IFCHR:
        return EntryKind::character_device;
    case AE_IFBLK:
        return EntryKind::block_device;
    default:
        throw Failure{ErrorCode::unreadable_archive, "entry " + in_quotes(name) + " is of an unknown type"};
    }
}

std::string target_of(archive_entry* entry, EntryKind kind, const std::string& name)
{
    if (kind == EntryKind::hard_link)
        return checked_name(::archive_entry_hardlink(entry));
    if (kind != EntryKind::symbolic_link)
        return {};
    const char* target = ::archive_entry_symlink(entry);
    if (target == nullptr || *target == '\0')
        throw Failure{ErrorCode::unreadable_archive,
                      "entry " + in_quotes(name) + " is a symbolic link to nothing"};
    if (std::string_view{target}.size() > path_limit)
        throw Failure{ErrorCode::hostile_archive, "entry " + in_quotes(name) +
                                                      " is a symbolic link to a path longer than " +
                                                      std::to_string(path_limit) + " bytes"};
    return target;
}

std::uint32_t owner(std::int64_t id, const std::string& name)
{
    if (id < 0 || id > last_id)
        throw Failure{ErrorCode::hostile_archive,
                      "entry " + in_quotes(name) + " has the impossible owner " + std::to_string(id)};
    return static_cast<std::uint32_t>(id);
}

std::vector<Xattr> xattrs_of(archive_entry* entry, const std::string& name)
{
    std::vector<Xattr> xattrs = acl_xattrs(entry, name);
    const char* key = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    ::archive_entry_xattr_reset(entry);
    while (::archive_entry_xattr_next(entry, &key, &value, &size) == ARCHIVE_OK)
        if (key != nullptr && is_kept_attribute(key))
            xattrs.push_back({key, std::string{static_cast<const char*>(value), size}});
    return xattrs;
}

Entry checked_entry(archive_entry* raw)
{
    const char* name = ::archive_entry_pathname(raw);
    Entry entry;
    entry.name = checked_name(name == nullptr ? "" : name);
    entry.kind = kind_of(raw, entry.name);
    entry.target = target_of(raw, entry.kind, entry.name);
    entry.mode = ::archive_entry_perm(raw) & permission_bits;
    entry.uid = owner(::archive_entry_uid(raw), entry.name);
    entry.gid = owner(::archive_entry_gid(raw), entry.name);
    entry.mtime = {::archive_entry_mtime(raw), ::archive_entry_mtime_nsec(raw)};
    entry.size = static_cast<std::uint64_t>(::archive_entry_size(raw));
    entry.major = static_cast<unsigned>(::archive_entry_rdevmajor(raw));
    entry.minor = static_cast<unsigned>(::archive_entry_rdevminor(raw));
    if (entry.kind == EntryKind::file || entry.kind == EntryKind::directory)
        entry.xattrs = xattrs_of(raw, entry.name);
    return entry;
}

} // namespace

TarReader::TarReader(TarBytes& bytes, Recorder* recorder)
    : bytes_{bytes}, recorder_{recorder}, reader_{::archive_read_new()}
{
    archive* const reader = reader_.get();
    if (reader == nullptr || ::archive_read_support_format_tar(reader) != ARCHIVE_OK)
        throw Failure{ErrorCode::internal, "libarchive reads no tar"};
    if (::archive_read_open(reader, this, nullptr, fill, nullptr) != ARCHIVE_OK)
        fail();
}

void TarReader::fail()
{
    if (bytes_failure_)
        std::rethrow_exception(std::exchange(bytes_failure_, nullptr));
    throw_archive_failure(reader_.get());
}

// Called by libarchive: nothing may be thrown through it.
long TarReader::fill(archive* reader, void* self, const void** buffer)
{
    auto& that = *static_cast<TarReader*>(self);
    try {
        if (that.is_in_headers_)
            that.keep_headers();
        that.block_start_ = that.bytes_.size();
        that.block_ = that.advance(static_cast<std::uint64_t>(::archive_filter_bytes(reader, 0)));
        *buffer = that.block_.data();
        return static_cast<long>(that.block_.size());
    } catch (...) {
        that.bytes_failure_ = std::current_exception();
        ::archive_set_error(reader, EIO, "reading failed");
        return -1;
    }
}

// CONSUMED: up to where in the tar nobody looks any more.
std::string_view TarReader::advance(std::uint64_t consumed)
{
    if (recorder_ == nullptr)
        return bytes_.next();
    recorder_->retire(consumed);
    const std::string_view block = bytes_.next();
    recorder_->pass(block);
    return block;
}

// The library asks for another block in the midst of headers: those in this one would be gone.
void TarReader::keep_headers()
{
    const std::uint64_t kept_end = headers_start_ + headers_.size();
    const std::uint64_t block_end = block_start_ + block_.size();
    if (kept_end >= block_start_ && kept_end < block_end && headers_.size() < headers_limit)
        headers_ += block_.substr(kept_end - block_start_);
}

bool TarReader::has_deceptive_name() const
{
    const std::uint64_t kept_end = headers_start_ + headers_.size();
    if (kept_end < block_start_ || kept_end > block_start_ + block_.size())
        return false;
    const std::string_view rest = block_.substr(kept_end - block_start_);
    return headers_.empty() ? has_name_with_nul(rest) : has_name_with_nul(headers_ + std::string{rest});
}

// So that the headers begin where the library stands.
void TarReader::skip_rest()
{
    if (has_entry_ && ::archive_read_data_skip(reader_.get()) != ARCHIVE_OK)
        fail();
    has_entry_ = false;
}

std::optional<Entry> TarReader::next()
{
    skip_rest();
    headers_.clear();
    headers_start_ = static_cast<std::uint64_t>(::archive_filter_bytes(reader_.get(), 0));
    is_in_headers_ = true;
    archive_entry* raw = nullptr;
    const int result = ::archive_read_next_header(reader_.get(), &raw);
    is_in_headers_ = false;
    if (result == ARCHIVE_EOF) {
        check_end();
        return std::nullopt;
    }
    // A name that is not UTF-8 (EILSEQ) comes as it is. Other warnings mean that part of the header was
    // lost.
    const bool is_bare_name = result == ARCHIVE_WARN && ::archive_errno(reader_.get()) == EILSEQ;
    if (result != ARCHIVE_OK && !is_bare_name)
        fail();
    has_entry_ = true;
    piece_end_ = 0;
    Entry entry = checked_entry(raw);
    if (has_deceptive_name())
        throw Failure{ErrorCode::hostile_archive,
                      "entry " + in_quotes(entry.name) +
                          " has a name with a NUL character: do not trust this archive"};
    return entry;
}

// Two blocks of zeros end a tar; one is taken too. Where there is none, the archive was cut between two
// entries.
void TarReader::check_end()
{
    const auto end = static_cast<std::uint64_t>(::archive_read_header_position(reader_.get()));
    while (bytes_.size() < end + tar_block)
        if (advance(bytes_.size()).empty())
            throw Failure{
                ErrorCode::truncated_archive,
                "the archive has no end mark, so a part of it may be missing: make or send it again"};
}

void TarReader::finish()
{
    while (!advance(bytes_.size()).empty()) {
    }
}

std::optional<Piece> TarReader::next_piece()
{
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int result = ::archive_read_data_block(reader_.get(), &data, &size, &offset);
    if (result == ARCHIVE_EOF)
        return std::nullopt;
    if (result != ARCHIVE_OK)
        fail();
    const Piece piece{{static_cast<const char*>(data), size},
                      static_cast<std::uint64_t>(offset),
                      static_cast<std::uint64_t>(::archive_filter_bytes(reader_.get(), 0))};
    // Of two pieces for one place only one would be in the file.
    if (offset < 0 || piece.offset < piece_end_)
        throw Failure{ErrorCode::unreadable_archive,
                      "a sparse file's parts are not in order: make the archive again"};
    piece_end_ = piece.offset + size;
    return piece;
}

} // namespace slipway::transfer
