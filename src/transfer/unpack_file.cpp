// SPDX-License-Identifier: LGPL-2.1-or-later
// A file's content: piece by piece, holes left out.
#include "transfer/unpack_file.hpp"

#include "transfer/entry_name.hpp"
#include "transfer/limits.hpp"

#include <cerrno>
#include <unistd.h>

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

} // namespace

void unpack_file(TarReader& reader, Tree& tree, Recorder* recorder, const Entry& entry, Content content)
{
    const Fd file = tree.begin_file(entry);
    const std::string path = tree.file_path();
    std::uint64_t end = 0;
    while (const std::optional<Piece> piece = reader.next_piece()) {
        if (content == Content::written) {
            write_piece(file, *piece, entry.name);
            end = piece->offset + piece->bytes.size();
        }
        // What the recipe has no name for it has as it is.
        if (recorder != nullptr && path.size() <= path_limit)
            recorder->content(piece->position, piece->bytes.size(), path, piece->offset);
    }
    // A hole at the end is no piece.
    if (end < entry.size)
        check_entry(::ftruncate(file.number(), static_cast<off_t>(entry.size)), "set the size of",
                    entry.name);
    Tree::end_file(file, entry);
}

} // namespace slipway::transfer
