// SPDX-License-Identifier: LGPL-2.1-or-later
// DockerArchive: from and to docker's JSON.
#include "oci/docker_archive.hpp"

#include "oci/image_json.hpp"
#include "oci/manifest.hpp"

namespace slipway::oci {

namespace {

using image_json::Object;

std::vector<ArchivedImage> read_docker_archive(std::string_view text)
{
    if (text.size() > manifest_limit)
        throw Failure{ErrorCode::invalid_argument,
                      "manifest.json: larger than " + std::to_string(manifest_limit) + " bytes"};
    const Json document = parse_json(text);
    if (!document.is_array())
        throw Failure{ErrorCode::invalid_argument, "manifest.json: not a JSON array"};
    if (document.empty())
        throw Failure{ErrorCode::invalid_argument, "manifest.json: no image"};
    if (document.size() > archived_image_limit)
        throw Failure{ErrorCode::invalid_argument,
                      "manifest.json: more than " + std::to_string(archived_image_limit) + " images"};
    std::vector<ArchivedImage> images;
    for (const Json& entry : document) {
        const std::string where = "manifest.json[" + std::to_string(images.size()) + "]";
        const Object json{entry, where};
        ArchivedImage image{json.text("Config"), json.texts("RepoTags"), json.texts("Layers")};
        if (image.config.empty())
            throw Failure{ErrorCode::invalid_argument, where + ".Config: is missing"};
        images.push_back(std::move(image));
    }
    return images;
}

} // namespace

Result<std::vector<ArchivedImage>> parse_docker_archive(std::string_view json)
{
    try {
        return read_docker_archive(json);
    } catch (const Failure& failure) {
        return failure;
    }
}

std::string to_json(const std::vector<ArchivedImage>& images)
{
    Json document = Json::array();
    for (const ArchivedImage& image : images) {
        Json json = Json::object();
        json["Config"] = image.config;
        json["RepoTags"] = image.repo_tags;
        json["Layers"] = image.layers;
        document.push_back(std::move(json));
    }
    return image_json::dump(document);
}

std::string repositories_json(const std::map<std::string, std::map<std::string, std::string>>& repositories)
{
    return image_json::dump(Json(repositories));
}

} // namespace slipway::oci
