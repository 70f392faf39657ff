// SPDX-License-Identifier: LGPL-2.1-or-later
// Unpack: from the reader to the tree, entry by entry.
#include "transfer/unpack.hpp"

#include "base/failure.hpp"
#include "transfer/devices.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/limits.hpp"
#include "transfer/tar_reader.hpp"
#include "transfer/tree.hpp"

#include <cerrno>
#include <set>
#include <unistd.h>
#include <utility>

namespace slipway::transfer {

namespace {

void write_piece(const Fd& file, const Piece& piece, const std::string& name)
{
    std::string_view rest = piece.bytes;
    auto offset = static_cast<off_t>(piece.offset);
    while (!rest.empty()) {
        const ssize_t count = ::pwrite(file.number(), rest.data(), rest.size(), offset);
        if (count < 0 && errno == EINTR)
            continue;
        check_entry(count < 0 ? -1 : 0, "write", name);
        rest.remove_prefix(static_cast<std::size_t>(count));
        offset += count;
    }
}

void unpack_file(TarReader& reader, Tree& tree, const Entry& entry)
{
    const Fd file = tree.begin_file(entry);
    std::uint64_t end = 0;
    while (const std::optional<Piece> piece = reader.next_piece()) {
        write_piece(file, *piece, entry.name);
        end = piece->offset + piece->bytes.size();
    }
    // A hole at the end is no piece.
    if (end < entry.size)
        check_entry(::ftruncate(file.number(), static_cast<off_t>(entry.size)), "set the size of",
                    entry.name);
    Tree::end_file(file, entry);
}

} // namespace

Unpacked unpack(ByteSource source, int root, Finding finding)
{
    HashingReader bytes{std::move(source)};
    TarReader reader{bytes};
    Tree tree{root, finding};
    std::uint64_t entries = 0;
    std::set<std::string> skipped;
    while (const std::optional<Entry> entry = reader.next()) {
        if (++entries > entry_limit)
            throw Failure{ErrorCode::hostile_archive, "the archive has more than " +
                                                          std::to_string(entry_limit) +
                                                          " entries, the most that is taken"};
        if (entry->kind == EntryKind::character_device || entry->kind == EntryKind::block_device) {
            check_device(*entry);
            skipped.insert(entry->name);
        } else if (entry->kind == EntryKind::file) {
            unpack_file(reader, tree, *entry);
        } else {
            tree.add(*entry);
        }
    }
    tree.finish();
    Digest diff_id = bytes.finish();
    return {std::move(diff_id), bytes.size(), entries, {skipped.begin(), skipped.end()}};
}

} // namespace slipway::transfer
