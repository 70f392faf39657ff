// SPDX-License-Identifier: LGPL-2.1-or-later
// What an archive of images has besides their layers: configurations, manifests and indexes, as texts.
#pragma once

#include "base/digest.hpp"
#include "oci/reference.hpp"
#include "store/images.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway::engine {

enum class ArchiveFormat {
    docker_archive, // docker's files and an OCI image layout in one, as docker 25 and later write it
    oci_archive,    // an OCI image layout
    docker_dir,     // one image, as containers-image keeps it in a directory ("dir:")
};

// "docker-archive", "oci-archive", "docker-dir". Throws Failure{invalid_argument}.
ArchiveFormat archive_format_of(std::string_view word);

struct ImageToSave {
    Digest id; // of the configuration
    std::string config;
    std::string manifest;                // as the store has it
    std::vector<store::LayerRow> layers; // lowest first
    std::vector<oci::Reference> names;   // those that were asked for, without digests
};

// A member's name and its content.
using ArchiveTexts = std::vector<std::pair<std::string, std::string>>;

// Layers go into archives uncompressed, under the digest that the configuration names.
std::string layer_member(ArchiveFormat format, const Digest& diff_id);
// An image whose layers the store got uncompressed keeps its manifest; others get one. Throws
// Failure{invalid_argument} for more than one image in a docker_dir.
ArchiveTexts archive_texts(ArchiveFormat format, const std::vector<ImageToSave>& images);

} // namespace slipway::engine
