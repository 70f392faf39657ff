// SPDX-License-Identifier: LGPL-2.1-or-later
// DockerArchive: manifest.json and repositories of an archive as `docker save` makes them: which members make
// which image, and how it is called.
#pragma once

#include "base/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

inline constexpr const char* docker_manifest_member = "manifest.json";
inline constexpr const char* docker_repositories_member = "repositories";

// Images of one archive.
inline constexpr std::size_t archived_image_limit = 1'000;

struct ArchivedImage {
    std::string config;                 // the member's name
    std::vector<std::string> repo_tags; // "debian:bookworm"
    std::vector<std::string> layers;    // members' names, lowest first

    bool operator==(const ArchivedImage&) const = default;
};

// Refuses with invalid_argument.
Result<std::vector<ArchivedImage>> parse_docker_archive(std::string_view json);
std::string to_json(const std::vector<ArchivedImage>& images);

// What readers older than manifest.json look at: the uppermost layer by repository and tag.
std::string repositories_json(const std::map<std::string, std::map<std::string, std::string>>& repositories);

} // namespace slipway::oci
