// SPDX-License-Identifier: LGPL-2.1-or-later
// ArchiveListing: names to files.
#include "engine/image/archive_listing.hpp"

#include "base/failure.hpp"
#include "base/json.hpp"

namespace slipway::engine {

namespace {

// From one link to another; more is a circle.
constexpr unsigned link_limit = 8;

} // namespace

ArchiveListing::ArchiveListing(std::string_view json)
{
    try {
        const Json document = parse_json(json);
        std::size_t number = 0;
        for (const Json& file : document.at("files"))
            files_.insert_or_assign(
                file.at("name").get<std::string>(),
                ArchivedFile{number++, file.at("size").get<std::uint64_t>(),
                             Digest::parse(file.at("digest").get<std::string>()).value()});
        for (const Json& link : document.at("links"))
            links_.insert_or_assign(link.at("name").get<std::string>(), link.at("target").get<std::string>());
    } catch (const Json::exception&) {
        throw Failure{ErrorCode::internal, "slipway-transfer's list of the archive is none"};
    }
}

const ArchivedFile* ArchiveListing::find(const std::string& name) const
{
    std::string wanted = name;
    for (unsigned depth = 0; depth <= link_limit; ++depth) {
        if (const auto file = files_.find(wanted); file != files_.end())
            return &file->second;
        const auto link = links_.find(wanted);
        if (link == links_.end())
            return nullptr;
        wanted = link->second;
    }
    return nullptr;
}

const ArchivedFile& ArchiveListing::at(const std::string& name) const
{
    const ArchivedFile* const file = find(name);
    if (file == nullptr)
        throw Failure{ErrorCode::invalid_manifest, "the archive has no file '" + name +
                                                       "', which it says an image is made of: make it again"};
    return *file;
}

} // namespace slipway::engine
