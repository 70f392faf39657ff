// SPDX-License-Identifier: LGPL-2.1-or-later
// What a document of an image index leads to.
#pragma once

#include "oci/image_index.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slipway::engine {

struct DocumentParts {
    std::vector<oci::Descriptor> documents; // of an index: its manifests and further indexes
    std::vector<oci::Descriptor> blobs;     // of a manifest: its configuration and layers
};

// Documents of an index and of all below it.
inline constexpr std::size_t index_document_limit = 1000;

// A document of a kind that is not known has no parts. Throws Failure{invalid_manifest}.
DocumentParts parts_of(std::string_view media_type, std::string_view bytes);

} // namespace slipway::engine
