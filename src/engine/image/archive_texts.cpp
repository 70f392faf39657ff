// SPDX-License-Identifier: LGPL-2.1-or-later
// The texts of an archive, by format.
#include "engine/image/archive_texts.hpp"

#include "hashing/sha256.hpp"
#include "oci/docker_archive.hpp"
#include "oci/image_config.hpp"
#include "oci/image_layout.hpp"
#include "oci/manifest.hpp"

#include <algorithm>
#include <map>

namespace slipway::engine {

namespace {

constexpr const char* docker_config_type = "application/vnd.docker.container.image.v1+json";
constexpr const char* docker_layer_type = "application/vnd.docker.image.rootfs.diff.tar";
// containers-image, directory/directory_transport.go.
constexpr const char* docker_dir_version = "Directory Transport Version: 1.1\n";

struct MediaTypes {
    std::string manifest;
    std::string config;
    std::string layer;
};

oci::Descriptor layer_descriptor(const store::LayerRow& layer, const MediaTypes& types)
{
    return {types.layer, layer.diff_id, layer.size};
}

// IMAGE of uncompressed layers.
oci::Manifest manifest_for(const ImageToSave& image, const MediaTypes& types)
{
    oci::Manifest manifest = oci::parse_manifest(image.manifest).value();
    manifest.media_type = types.manifest;
    manifest.config = {types.config, image.id, image.config.size()};
    manifest.layers.clear();
    for (const store::LayerRow& layer : image.layers)
        manifest.layers.push_back(layer_descriptor(layer, types));
    return manifest;
}

std::string oci_manifest_of(const ImageToSave& image)
{
    const MediaTypes types{std::string{oci::manifest_media_type}, std::string{oci::image_config_media_type},
                           std::string{oci::layer_media_type}};
    const oci::Manifest before = oci::parse_manifest(image.manifest).value();
    oci::Manifest manifest = manifest_for(image, types);
    // Its media type may be left out.
    manifest.media_type = before.media_type.empty() ? "" : manifest.media_type;
    if (manifest == before)
        return image.manifest;
    manifest.media_type = types.manifest;
    return oci::to_json(manifest);
}

ArchiveTexts docker_dir_texts(const std::vector<ImageToSave>& images)
{
    if (images.size() != 1)
        throw Failure{ErrorCode::invalid_argument, "a docker-dir has one image, not " +
                                                       std::to_string(images.size()) +
                                                       ": take docker-archive or oci-archive"};
    const ImageToSave& image = images.front();
    const MediaTypes types{std::string{oci::docker_manifest_media_type}, docker_config_type,
                           docker_layer_type};
    return {{image.id.hex(), image.config},
            {"manifest.json", oci::to_json(manifest_for(image, types))},
            {"version", docker_dir_version}};
}

void add_docker_texts(ArchiveTexts& texts, const std::vector<ImageToSave>& images)
{
    std::vector<oci::ArchivedImage> archived;
    std::map<std::string, std::map<std::string, std::string>> repositories;
    for (const ImageToSave& image : images) {
        oci::ArchivedImage entry{oci::blob_member(image.id), {}, {}};
        for (const store::LayerRow& layer : image.layers)
            entry.layers.push_back(layer_member(ArchiveFormat::docker_archive, layer.diff_id));
        for (const oci::Reference& name : image.names) {
            const std::string whole = name.familiar();
            entry.repo_tags.push_back(whole);
            repositories[whole.substr(0, whole.size() - name.tag.size() - 1)][name.tag] =
                image.layers.back().diff_id.hex();
        }
        archived.push_back(std::move(entry));
    }
    texts.emplace_back(oci::docker_manifest_member, oci::to_json(archived));
    if (!repositories.empty())
        texts.emplace_back(oci::docker_repositories_member, oci::repositories_json(repositories));
}

} // namespace

ArchiveFormat archive_format_of(std::string_view word)
{
    if (word == "docker-archive")
        return ArchiveFormat::docker_archive;
    if (word == "oci-archive")
        return ArchiveFormat::oci_archive;
    if (word == "docker-dir")
        return ArchiveFormat::docker_dir;
    throw Failure{ErrorCode::invalid_argument,
                  "'" + std::string{word} + "' is none of docker-archive, oci-archive and docker-dir"};
}

std::string layer_member(ArchiveFormat format, const Digest& diff_id)
{
    return format == ArchiveFormat::docker_dir ? diff_id.hex() : oci::blob_member(diff_id);
}

ArchiveTexts archive_texts(ArchiveFormat format, const std::vector<ImageToSave>& images)
{
    if (format == ArchiveFormat::docker_dir)
        return docker_dir_texts(images);
    oci::ImageIndex index;
    index.media_type = oci::index_media_type;
    std::map<std::string, std::string> blobs;
    for (const ImageToSave& image : images) {
        const std::string manifest = oci_manifest_of(image);
        const Digest digest = hashing::digest_of(manifest);
        blobs.emplace(oci::blob_member(image.id), image.config);
        blobs.emplace(oci::blob_member(digest), manifest);
        oci::IndexEntry entry{
            {std::string{oci::manifest_media_type}, digest, manifest.size()}, std::nullopt, {}, {}};
        if (image.names.empty())
            index.entries.push_back(entry);
        for (const oci::Reference& name : image.names) {
            oci::set_layout_name(entry, name.canonical());
            index.entries.push_back(entry);
        }
    }
    ArchiveTexts texts{blobs.begin(), blobs.end()};
    texts.emplace_back(oci::index_member, oci::to_json(index));
    if (format == ArchiveFormat::docker_archive)
        add_docker_texts(texts, images);
    texts.emplace_back(oci::layout_member, oci::image_layout_json());
    return texts;
}

} // namespace slipway::engine
