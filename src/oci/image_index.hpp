// SPDX-License-Identifier: LGPL-2.1-or-later
// ImageIndex: one name, a manifest for each platform (OCI image specification, image-index.md; docker's
// manifest list).
#pragma once

#include "oci/manifest.hpp"
#include "oci/platform.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

inline constexpr std::string_view index_media_type = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view docker_manifest_media_type =
    "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view docker_index_media_type =
    "application/vnd.docker.distribution.manifest.list.v2+json";

// An index may lead to another one; a longer way than this is refused.
inline constexpr unsigned index_depth_limit = 3;
// Entries of an index.
inline constexpr std::size_t index_entry_limit = 10'000;

enum class DocumentKind {
    manifest,
    index,
    // Docker's first format, which names layers by no digest of their content.
    obsolete,
    other,
};

// What a document is, by the MEDIA_TYPE it came with or, where that says nothing, by its members.
DocumentKind kind_of(std::string_view media_type, std::string_view json);

struct IndexEntry {
    Descriptor descriptor;
    std::optional<Platform> platform;
    std::string artifact_type;
    std::map<std::string, std::string> annotations;

    bool is_index() const;
    bool operator==(const IndexEntry&) const = default;
};

struct ImageIndex {
    std::string media_type;
    std::vector<IndexEntry> entries;
    std::map<std::string, std::string> annotations;

    bool operator==(const ImageIndex&) const = default;
};

// Refuses with invalid_argument.
Result<ImageIndex> parse_image_index(std::string_view json);
std::string to_json(const ImageIndex& index);

// The manifest, or the further index, for a machine of the platform WANTED: the entry that fits best, the
// first of several. Refuses with no_such_platform, naming the platforms there are.
Result<Descriptor> choose(const ImageIndex& index, const Platform& wanted);

} // namespace slipway::oci
