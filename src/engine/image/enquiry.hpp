// SPDX-License-Identifier: LGPL-2.1-or-later
// Enquiries: what a registry is only asked: who one is, which tags there are, what refers to an image, what
// it has under a word. Nothing here changes.
#pragma once

#include "engine/image/workshop.hpp"
#include "oci/auth_file.hpp"
#include "oci/image_index.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace slipway::engine {

// Something that an image search found.
struct SearchRow {
    std::string name; // with its registry, unless that is docker.io
    std::string description;
    std::uint64_t stars = 0;
    bool is_official = false;
};

struct Referrers {
    Digest subject; // what they refer to
    std::vector<oci::IndexEntry> entries;
};

// All throw Failure, those of the registry. AUTHS are asked in their order. WORKSHOP outlives the task.

// Whether REGISTRY ("host[:port][/path]") takes the credentials that AUTHS have for it. What to keep of them:
// a token instead of the password, where the registry gives one. registry_denied for others; invalid_argument
// where AUTHS have none.
async::Task<oci::Credentials> log_in(Workshop* workshop, std::string registry,
                                     std::vector<oci::AuthFile> auths);
async::Task<std::vector<std::string>> list_tags(Workshop* workshop, std::string repository,
                                                std::vector<oci::AuthFile> auths);
// Of the image or index that REFERENCE means; only those of ARTIFACT_TYPE if that is not empty.
async::Task<Referrers> list_referrers(Workshop* workshop, std::string reference, std::string artifact_type,
                                      std::vector<oci::AuthFile> auths);
// "[HOST/]WORD"; without HOST at the registries that short names are searched at. At most LIMIT of each, 0:
// the usual number.
async::Task<std::vector<SearchRow>> search(Workshop* workshop, std::string term, std::uint64_t limit,
                                           std::vector<oci::AuthFile> auths);

} // namespace slipway::engine
