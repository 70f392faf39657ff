// SPDX-License-Identifier: LGPL-2.1-or-later
// Unpack: from the reader to the tree, entry by entry.
#include "transfer/unpack.hpp"

#include "base/failure.hpp"
#include "transfer/devices.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/limits.hpp"
#include "transfer/read_ahead.hpp"
#include "transfer/recorder.hpp"
#include "transfer/tar_reader.hpp"
#include "transfer/tree.hpp"
#include "transfer/unpack_file.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>

namespace slipway::transfer {

namespace {

// Whether ENTRY is one of those that only a layer has, and is dealt with.
bool took_mark(Tree& tree, const Entry& entry, Unpacked& result)
{
    const NameMeaning meaning = meaning_of(entry.name);
    if (meaning == NameMeaning::plain)
        return false;
    if (meaning == NameMeaning::leftover)
        return true;
    // aufs made all of them hard links to one file.
    if (entry.kind != EntryKind::file && entry.kind != EntryKind::hard_link)
        throw Failure{ErrorCode::hostile_archive,
                      "entry " + in_quotes(entry.name) +
                          " has the name of a whiteout and is no file: do not trust this archive"};
    if (meaning == NameMeaning::whiteout) {
        tree.add_whiteout(entry.name);
        return true;
    }
    tree.add_opaque(entry.name);
    result.is_opaque = result.is_opaque || entry.name == opaque_name;
    return true;
}

void check_whole(const UnpackSettings& settings, const Unpacked& result)
{
    if (settings.diff_id && *settings.diff_id != result.diff_id)
        throw Failure{ErrorCode::digest_mismatch,
                      "the layer is not what its image says: " + result.diff_id.text() + " instead of " +
                          settings.diff_id->text() + ": get it again, or do not trust where it is from"};
    if (settings.size && *settings.size != result.size)
        throw Failure{ErrorCode::digest_mismatch, "the layer has " + std::to_string(result.size) +
                                                      " bytes instead of " + std::to_string(*settings.size) +
                                                      ": get it again, or do not trust where it is from"};
}

} // namespace

Unpacked unpack(ByteSource source, int root, const UnpackSettings& settings)
{
    std::unique_ptr<RecipeWriter> recipe;
    std::optional<Recorder> recorder;
    if (settings.recipe >= 0) {
        recipe = std::make_unique<RecipeWriter>(settings.recipe);
        recorder.emplace(*recipe);
    }
    Recorder* const record = recorder ? &*recorder : nullptr;
    Tree tree{root, settings.finding, settings.marks, recipe.get()};
    Unpacked result{Digest::of_hex({})};
    // Last, so that its thread is gone before anything else is.
    ReadAhead bytes{std::move(source), settings.interrupt,
                    std::min(archive_limit, settings.size.value_or(archive_limit))};
    TarReader reader{bytes, record};
    while (const std::optional<Entry> entry = reader.next()) {
        if (++result.entries > settings.most_entries)
            throw Failure{ErrorCode::hostile_archive, "the archive has more than " +
                                                          std::to_string(settings.most_entries) +
                                                          " entries, the most that is taken"};
        if (settings.purpose == Purpose::layer && took_mark(tree, *entry, result))
            continue;
        if (is_device(*entry)) {
            check_device(*entry, settings.purpose);
            result.skipped_devices.add(entry->name);
        } else if (entry->kind == EntryKind::file) {
            unpack_file(reader, tree, record, *entry, settings.content);
        } else {
            tree.add(*entry);
        }
    }
    reader.finish();
    tree.finish();
    result.diff_id = bytes.digest();
    result.size = bytes.size();
    check_whole(settings, result);
    if (recipe)
        recipe->end(result.diff_id);
    return result;
}

} // namespace slipway::transfer
