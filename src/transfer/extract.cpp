// SPDX-License-Identifier: LGPL-2.1-or-later
// Extract: from the reader to numbered files, each hashed on the way.
#include "transfer/extract.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "hashing/sha256.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/read_ahead.hpp"
#include "transfer/refusal.hpp"
#include "transfer/tar_reader.hpp"

#include <algorithm>
#include <fcntl.h>
#include <set>
#include <string>

namespace slipway::transfer {

namespace {

// Where a symbolic link of the entry NAME leads, as a name of the archive: "a/b/layer.tar" and
// "../c/layer.tar" are "a/c/layer.tar". Nothing is looked up in a file system.
std::string target_in_archive(const std::string& name, const std::string& target)
{
    if (target.starts_with('/'))
        refuse_entry(name, "is a link to an absolute path");
    std::string path = split(name).parent;
    for (std::size_t start = 0; start < target.size();) {
        const std::size_t end = std::min(target.find('/', start), target.size());
        const std::string part = target.substr(start, end - start);
        start = end + 1;
        if (part.empty() || part == ".")
            continue;
        if (part != "..") {
            path += (path.empty() ? "" : "/") + part;
            continue;
        }
        if (path.empty())
            refuse_entry(name, "is a link that leads out of the archive");
        path = split(path).parent;
    }
    return path;
}

// Where two members have one name, one reader takes the first and another the last.
void check_new(std::set<std::string>& names, const std::string& name)
{
    if (!names.insert(name).second)
        refuse_entry(name, "is there twice");
}

Json extract_file(TarReader& reader, int directory, std::uint64_t number, const Entry& entry)
{
    const Fd file{::openat(directory, std::to_string(number).c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    check_entry(file.number(), "make a file for", entry.name);
    hashing::Sha256 hash;
    std::uint64_t size = 0;
    while (const std::optional<Piece> piece = reader.next_piece()) {
        if (piece->offset != size)
            refuse_entry(entry.name, "is a sparse file");
        write_all(file.number(), piece->bytes, in_quotes(entry.name));
        hash.update(piece->bytes);
        size += piece->bytes.size();
    }
    if (size != entry.size)
        refuse_entry(entry.name, "is a sparse file");
    Json json;
    json["name"] = entry.name;
    json["size"] = size;
    json["digest"] = hash.finish().text();
    return json;
}

} // namespace

Extracted extract(ByteSource source, int directory, int list, const ExtractSettings& settings)
{
    Extracted result;
    Json files = Json::array();
    Json links = Json::array();
    std::set<std::string> names;
    std::uint64_t entries = 0;
    // Last, so that its thread is gone before anything else is.
    ReadAhead bytes{std::move(source), settings.interrupt, archive_limit};
    TarReader reader{bytes};
    while (const std::optional<Entry> entry = reader.next()) {
        if (++entries > settings.most_members)
            throw Failure{
                ErrorCode::hostile_archive,
                "the archive has more than " + std::to_string(settings.most_members) +
                    " entries, the most that one of images may have: is it one of files? Then 'slipway "
                    "image import' makes an image of it"};
        if (entry->kind == EntryKind::file) {
            check_new(names, entry->name);
            files.push_back(extract_file(reader, directory, result.files++, *entry));
            result.size += entry->size;
        } else if (entry->kind == EntryKind::symbolic_link || entry->kind == EntryKind::hard_link) {
            check_new(names, entry->name);
            Json link;
            link["name"] = entry->name;
            link["target"] = entry->kind == EntryKind::hard_link
                                 ? entry->target
                                 : target_in_archive(entry->name, entry->target);
            links.push_back(std::move(link));
        }
    }
    reader.finish();
    Json json;
    json["files"] = std::move(files);
    json["links"] = std::move(links);
    // A name that is no UTF-8 is none that a manifest could say.
    write_all(list, json_text(json, StrayBytes::replaced), "the list");
    return result;
}

} // namespace slipway::transfer
