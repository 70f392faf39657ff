// SPDX-License-Identifier: LGPL-2.1-or-later
// LoadPlan: which images an archive has, and which of its files make them, read from its own manifests: an
// OCI image layout, docker's archive, or a directory of containers-image.
#pragma once

#include "base/digest.hpp"
#include "engine/image/archive_listing.hpp"
#include "oci/platform.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

struct PlannedLayer {
    ArchivedFile file; // the layer's archive, plain or compressed
    Digest diff_id;    // what it has to be uncompressed
};

struct PlannedImage {
    Digest id; // of the configuration
    std::string config;
    std::string manifest;             // empty: there was none; what it becomes has one made for it
    std::vector<std::string> names;   // familiar references
    std::vector<PlannedLayer> layers; // lowest first
};

// The content of a file of at most oci::manifest_limit bytes.
using ReadText = std::function<std::string(const ArchivedFile&)>;

// Of several platforms the one that fits WANTED, or this machine. Digests and sizes of all files that are
// named are right. Throws Failure: unreadable_archive for an archive of something else; invalid_manifest;
// digest_mismatch; no_such_platform; invalid_reference.
std::vector<PlannedImage> plan_load(const ArchiveListing& listing, const ReadText& read,
                                    const std::optional<oci::Platform>& wanted);

} // namespace slipway::engine
