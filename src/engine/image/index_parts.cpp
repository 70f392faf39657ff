// SPDX-License-Identifier: LGPL-2.1-or-later
// Parts of an index, by the kind of the document.
#include "engine/image/index_parts.hpp"

namespace slipway::engine {

DocumentParts parts_of(std::string_view media_type, std::string_view bytes)
{
    DocumentParts parts;
    switch (oci::kind_of(media_type, bytes)) {
    case oci::DocumentKind::index: {
        const Result<oci::ImageIndex> index = oci::parse_image_index(bytes);
        if (!index)
            throw Failure{ErrorCode::invalid_manifest, index.failure().message()};
        for (const oci::IndexEntry& entry : index.value().entries)
            parts.documents.push_back(entry.descriptor);
        break;
    }
    case oci::DocumentKind::manifest: {
        const Result<oci::Manifest> manifest = oci::parse_manifest(bytes);
        if (!manifest)
            throw Failure{ErrorCode::invalid_manifest, manifest.failure().message()};
        parts.blobs = manifest.value().layers;
        parts.blobs.push_back(manifest.value().config);
        break;
    }
    default:
        break;
    }
    return parts;
}

} // namespace slipway::engine
