// SPDX-License-Identifier: LGPL-2.1-or-later
// ImageLayout: members' names and annotations.
#include "oci/image_layout.hpp"

#include "oci/image_json.hpp"

namespace slipway::oci {

namespace {

constexpr const char* layout_version = "1.0.0";
constexpr const char* reference_annotation = "org.opencontainers.image.ref.name";
constexpr const char* containerd_annotation = "io.containerd.image.name";

} // namespace

std::string blob_member(const Digest& digest)
{
    return "blobs/sha256/" + digest.hex();
}

Result<std::string> parse_image_layout(std::string_view json)
{
    try {
        const Json document = image_json::parse(json, "oci-layout");
        std::string version = image_json::Object{document, "oci-layout"}.text("imageLayoutVersion");
        if (!version.starts_with("1."))
            return Failure{ErrorCode::invalid_argument,
                           "oci-layout.imageLayoutVersion: '" + version + "' where 1.0.0 must stand"};
        return version;
    } catch (const Failure& failure) {
        return failure;
    }
}

std::string image_layout_json()
{
    Json json = Json::object();
    json["imageLayoutVersion"] = layout_version;
    return image_json::dump(json);
}

std::optional<std::string> find_layout_name(const IndexEntry& entry)
{
    if (const auto whole = entry.annotations.find(containerd_annotation);
        whole != entry.annotations.end() && !whole->second.empty())
        return whole->second;
    // The specification has anything here; most write a tag, others a whole name.
    const auto name = entry.annotations.find(reference_annotation);
    if (name == entry.annotations.end() || name->second.find_first_of(":/") == std::string::npos)
        return std::nullopt;
    return name->second;
}

void set_layout_name(IndexEntry& entry, const std::string& name)
{
    entry.annotations[containerd_annotation] = name;
    entry.annotations[reference_annotation] = name;
}

} // namespace slipway::oci
