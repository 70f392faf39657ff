// SPDX-License-Identifier: LGPL-2.1-or-later
// Lists: what a registry has: tags, what refers to an image, images by a word.
#pragma once

#include "base/digest.hpp"
#include "registry-client/origins.hpp"

#include <string>

namespace slipway::registry_client {

// JSON: an array of the repository's tags, all pages of them.
async::Task<std::string> list_tags(Origins& origins);

// JSON: an image index of what says that DIGEST is its subject; only of ARTIFACT_TYPE if that is not empty.
async::Task<std::string> list_referrers(Origins& origins, Digest digest, std::string artifact_type);

// JSON: an array of {"name", "description", "stars", "is_official"}; at most LIMIT.
async::Task<std::string> search(Origins& origins, std::string term, std::uint64_t limit);

} // namespace slipway::registry_client
