// SPDX-License-Identifier: LGPL-2.1-or-later
// Manifest: which configuration and layers make an image (OCI image specification, manifest.md; docker schema
// 2).
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

inline constexpr std::string_view manifest_media_type = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view layer_media_type = "application/vnd.oci.image.layer.v1.tar";

// Larger ones are refused, as registries do.
inline constexpr std::size_t manifest_limit = 4U << 20U;

struct Descriptor {
    std::string media_type;
    Digest digest;
    std::uint64_t size; // bytes

    bool operator==(const Descriptor&) const = default;
};

struct Manifest {
    std::string media_type; // empty in some OCI manifests
    Descriptor config;
    std::vector<Descriptor> layers; // lowest first
    std::map<std::string, std::string> annotations;

    bool operator==(const Manifest&) const = default;
};

// Refuses with invalid_argument.
Result<Manifest> parse_manifest(std::string_view json);

// Canonical, as to_json(ImageConfig) is.
std::string to_json(const Manifest& manifest);

} // namespace slipway::oci
