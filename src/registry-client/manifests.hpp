// SPDX-License-Identifier: LGPL-2.1-or-later
// Manifests: got, and put.
#pragma once

#include "base/digest.hpp"
#include "registry-client/origins.hpp"

#include <string>

namespace slipway::registry_client {

struct Document {
    std::string media_type;
    Digest digest;
    std::string bytes;
    std::string host; // who had it
};

// By tag or digest; of a digest's it is verified. Throws Failure.
async::Task<Document> get_manifest(Origins& origins, std::string reference);

// REFERENCE: a tag, or the digest of BYTES. Returns the digest.
async::Task<Digest> put_manifest(Origins& origins, std::string reference, std::string media_type,
                                 std::string bytes);

} // namespace slipway::registry_client
