// SPDX-License-Identifier: LGPL-2.1-or-later
// ImageLayout: a directory, or an archive of one, that holds images: oci-layout, index.json, blobs/ (OCI
// image specification, image-layout.md).
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "oci/image_index.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace slipway::oci {

inline constexpr const char* layout_member = "oci-layout";
inline constexpr const char* index_member = "index.json";

// "blobs/sha256/HEX".
std::string blob_member(const Digest& digest);

// The file oci-layout: its version, "1.0.0". Refuses with invalid_argument what is none, or of another major
// version.
Result<std::string> parse_image_layout(std::string_view json);
std::string image_layout_json();

// What an entry of index.json is called (annotations.md; containerd has a word of its own); nothing where it
// has no name, or only a tag.
std::optional<std::string> find_layout_name(const IndexEntry& entry);
// NAME, a whole one ("docker.io/library/debian:bookworm"), in both words.
void set_layout_name(IndexEntry& entry, const std::string& name);

} // namespace slipway::oci
