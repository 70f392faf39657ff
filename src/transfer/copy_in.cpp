// SPDX-License-Identifier: LGPL-2.1-or-later
// Copy in: from the reader to the tree, entry by entry, under other names.
#include "transfer/copy_in.hpp"

#include "base/failure.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/limits.hpp"
#include "transfer/read_ahead.hpp"
#include "transfer/refusal.hpp"
#include "transfer/tar_reader.hpp"
#include "transfer/tree.hpp"
#include "transfer/unpack_file.hpp"

#include <sys/stat.h>
#include <utility>

namespace slipway::transfer {

namespace {

constexpr mode_t set_id_bits = S_ISUID | S_ISGID;

// Of the names of a copy the first component gives way to another.
class Renaming {
  public:
    Renaming() = default; // of an archive: none
    Renaming(std::string from, std::string to) : is_needed_{true}, from_{std::move(from)}, to_{std::move(to)}
    {
    }

    std::string operator()(const std::string& name) const
    {
        if (!is_needed_ || (from_.empty() && to_.empty()))
            return name;
        if (name == from_)
            return to_;
        const std::string prefix = from_.empty() ? "" : from_ + "/";
        if (!name.starts_with(prefix))
            refuse_entry(name, "is not below " + in_quotes(from_) + ", where the copy began");
        return to_ + "/" + name.substr(prefix.size());
    }

  private:
    bool is_needed_ = false;
    std::string from_;
    std::string to_;
};

Renaming renaming_for(const Entry& first, const Place& place)
{
    const bool is_directory = first.kind == EntryKind::directory;
    const std::string from = first.name.substr(0, first.name.find('/'));
    if (place.is_directory)
        return {from, from};
    if (is_directory && place.is_there)
        throw Failure{ErrorCode::invalid_argument,
                      in_quotes(place.name) + " is no directory, but what is copied is one"};
    if (!is_directory && place.is_meant_as_directory)
        throw Failure{ErrorCode::no_such_file, in_quotes(place.name) + ": there is no such directory"};
    return {from, place.name};
}

void disown(Entry& entry)
{
    // chown(2): no change.
    entry.uid = static_cast<uid_t>(-1);
    entry.gid = static_cast<gid_t>(-1);
    entry.mode &= ~set_id_bits;
    std::erase_if(entry.xattrs, [](const Xattr& xattr) { return !xattr.name.starts_with("user."); });
}

} // namespace

Fd open_root(const Place& place, Origin origin)
{
    if (place.is_directory)
        return open_place(place);
    if (origin == Origin::archive)
        throw Failure{place.is_there ? ErrorCode::invalid_argument : ErrorCode::no_such_file,
                      in_quotes(place.name) +
                          (place.is_there ? " is no directory: an archive's entries need one"
                                          : ": there is no such directory for the archive's entries")};
    return place.directory.duplicate();
}

SomeNames copy_in(ByteSource source, const Fd& root, const Place& place, const CopySettings& settings)
{
    SomeNames left_out;
    Tree tree{root.number(), Finding::best, OverlayMarks::trusted, nullptr, Respect::kinds};
    Renaming rename;
    bool is_first = true;
    // Last, so that its thread is gone before anything else is.
    ReadAhead bytes{std::move(source), settings.interrupt, archive_limit};
    TarReader reader{bytes};
    while (std::optional<Entry> entry = reader.next()) {
        if (std::exchange(is_first, false) && settings.origin == Origin::copy)
            rename = renaming_for(*entry, place);
        entry->name = rename(entry->name);
        if (entry->kind == EntryKind::hard_link)
            entry->target = rename(entry->target);
        if (settings.owners == Owners::ours)
            disown(*entry);
        if (is_device(*entry))
            left_out.add(entry->name);
        else if (entry->kind == EntryKind::file)
            unpack_file(reader, tree, nullptr, *entry, Content::written);
        else
            tree.add(*entry);
    }
    if (is_first && settings.origin == Origin::copy)
        throw Failure{ErrorCode::truncated_archive, "nothing came that could be copied"};
    reader.finish();
    tree.finish();
    return left_out;
}

} // namespace slipway::transfer
