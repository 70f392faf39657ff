// SPDX-License-Identifier: LGPL-2.1-or-later
// ImageIndex: from and to JSON, and the choice among its entries.
#include "oci/image_index.hpp"

#include "oci/image_json.hpp"

#include <algorithm>

namespace slipway::oci {

namespace {

using image_json::Object;
using image_json::put;

std::optional<Platform> platform_of(const Json& entry, const Object& json)
{
    if (const auto found = entry.find("platform"); found == entry.end() || found->is_null())
        return std::nullopt;
    return Platform{json.text("os"), json.text("architecture"), json.text("variant"),
                    json.text("os.version")};
}

ImageIndex read_index(std::string_view text)
{
    const Json document = image_json::parse(text, "index");
    const Object json{document, "index"};
    if (const std::uint64_t version = json.number("schemaVersion"); version != 2)
        throw Failure{ErrorCode::invalid_argument,
                      "index.schemaVersion: " + std::to_string(version) + " where 2 must stand"};
    ImageIndex index{json.text("mediaType"), {}, {}};
    const std::vector<Object> entries = json.objects("manifests");
    if (entries.size() > index_entry_limit)
        throw Failure{ErrorCode::invalid_argument,
                      "index.manifests: more than " + std::to_string(index_entry_limit) + " entries"};
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Object& entry = entries[i];
        const Descriptor descriptor{entry.text("mediaType"), entry.digest("digest"), entry.number("size")};
        index.entries.push_back({descriptor, platform_of(document["manifests"][i], entry.object("platform")),
                                 entry.text("artifactType"), entry.text_map("annotations")});
    }
    index.annotations = json.text_map("annotations");
    return index;
}

Json json_of(const IndexEntry& entry)
{
    Json json = Json::object();
    json["mediaType"] = entry.descriptor.media_type;
    json["digest"] = entry.descriptor.digest.text();
    json["size"] = entry.descriptor.size;
    if (entry.platform) {
        Json platform = Json::object();
        platform["os"] = entry.platform->os;
        platform["architecture"] = entry.platform->architecture;
        put(platform, "variant", entry.platform->variant);
        put(platform, "os.version", entry.platform->os_version);
        json["platform"] = std::move(platform);
    }
    put(json, "artifactType", entry.artifact_type);
    put(json, "annotations", entry.annotations);
    return json;
}

std::string platforms_of(const ImageIndex& index)
{
    std::vector<std::string> texts;
    for (const IndexEntry& entry : index.entries)
        if (entry.platform && entry.platform->os != "unknown")
            texts.push_back(entry.platform->text());
    std::sort(texts.begin(), texts.end());
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    std::string list;
    for (const std::string& text : texts) {
        if (list.size() > 500)
            return list + ", …";
        list += (list.empty() ? "" : ", ") + text;
    }
    return list.empty() ? "no platform" : list;
}

} // namespace

bool IndexEntry::is_index() const
{
    return descriptor.media_type == index_media_type || descriptor.media_type == docker_index_media_type;
}

DocumentKind kind_of(std::string_view media_type, std::string_view json)
{
    if (media_type == manifest_media_type || media_type == docker_manifest_media_type)
        return DocumentKind::manifest;
    if (media_type == index_media_type || media_type == docker_index_media_type)
        return DocumentKind::index;
    if (media_type.starts_with("application/vnd.docker.distribution.manifest.v1+"))
        return DocumentKind::obsolete;
    const Json document = json.size() <= manifest_limit ? parse_json(json) : Json{};
    if (!document.is_object())
        return DocumentKind::other;
    if (const auto own = document.find("mediaType"); own != document.end() && own->is_string())
        if (const auto& text = own->get_ref<const std::string&>(); !text.empty() && text != media_type)
            return kind_of(text, {});
    if (const auto version = document.find("schemaVersion"); version != document.end() && *version == 1)
        return DocumentKind::obsolete;
    if (document.contains("manifests"))
        return DocumentKind::index;
    return document.contains("config") ? DocumentKind::manifest : DocumentKind::other;
}

Result<ImageIndex> parse_image_index(std::string_view json)
{
    try {
        return read_index(json);
    } catch (const Failure& failure) {
        return failure;
    }
}

std::string to_json(const ImageIndex& index)
{
    Json json = Json::object();
    json["schemaVersion"] = 2;
    put(json, "mediaType", index.media_type);
    json["manifests"] = Json::array();
    for (const IndexEntry& entry : index.entries)
        json["manifests"].push_back(json_of(entry));
    put(json, "annotations", index.annotations);
    return image_json::dump(json);
}

Result<Descriptor> choose(const ImageIndex& index, const Platform& wanted)
{
    // What is described by no platform may be anything: only where nothing else fits.
    const auto unknown = std::numeric_limits<unsigned>::max();
    std::optional<unsigned> best;
    const IndexEntry* chosen = nullptr;
    for (const IndexEntry& entry : index.entries) {
        if (!entry.artifact_type.empty() || entry.annotations.contains("vnd.docker.reference.type"))
            continue;
        const bool is_image = kind_of(entry.descriptor.media_type, {}) != DocumentKind::other;
        const std::optional<unsigned> fit = entry.platform ? rank(wanted, *entry.platform)
                                            : is_image     ? std::optional{unknown}
                                                           : std::nullopt;
        if (fit && (!best || *fit < *best)) {
            best = fit;
            chosen = &entry;
        }
    }
    if (chosen == nullptr)
        return Failure{ErrorCode::no_such_platform,
                       "the image is not made for " + wanted.text() + ", but for " + platforms_of(index)};
    return chosen->descriptor;
}

} // namespace slipway::oci
