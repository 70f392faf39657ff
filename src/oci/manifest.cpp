// SPDX-License-Identifier: LGPL-2.1-or-later
// Manifest: from and to the JSON of the OCI image specification.
#include "oci/manifest.hpp"

#include "oci/image_json.hpp"

namespace slipway::oci {

namespace {

using image_json::Object;
using image_json::put;

Descriptor descriptor(const Object& json)
{
    return Descriptor{json.text("mediaType"), json.digest("digest"), json.number("size")};
}

Json json_of(const Descriptor& descriptor)
{
    Json json = Json::object();
    json["mediaType"] = descriptor.media_type;
    json["digest"] = descriptor.digest.text();
    json["size"] = descriptor.size;
    return json;
}

Manifest read_manifest(std::string_view text)
{
    const Json document = image_json::parse(text, "manifest");
    const Object json{document, "manifest"};
    if (const std::uint64_t version = json.number("schemaVersion"); version != 2)
        throw Failure{ErrorCode::invalid_argument,
                      "manifest.schemaVersion: " + std::to_string(version) + " where 2 must stand"};
    Manifest manifest{json.text("mediaType"), descriptor(json.object("config")), {}, {}};
    for (const Object& layer : json.objects("layers"))
        manifest.layers.push_back(descriptor(layer));
    manifest.annotations = json.text_map("annotations");
    return manifest;
}

} // namespace

Result<Manifest> parse_manifest(std::string_view json)
{
    try {
        return read_manifest(json);
    } catch (const Failure& failure) {
        return failure;
    }
}

std::string to_json(const Manifest& manifest)
{
    Json json = Json::object();
    json["schemaVersion"] = 2;
    put(json, "mediaType", manifest.media_type);
    json["config"] = json_of(manifest.config);
    json["layers"] = Json::array();
    for (const Descriptor& layer : manifest.layers)
        json["layers"].push_back(json_of(layer));
    put(json, "annotations", manifest.annotations);
    return image_json::dump(json);
}

} // namespace slipway::oci
