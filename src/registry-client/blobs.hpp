// SPDX-License-Identifier: LGPL-2.1-or-later
// Blobs: got, from wherever they broke off.
#pragma once

#include "base/digest.hpp"
#include "registry-client/content.hpp"
#include "registry-client/origins.hpp"

#include <cstdint>
#include <functional>

namespace slipway::registry_client {

// Hears now and then how many bytes there are.
using Progress = std::function<void(std::uint64_t bytes)>;

struct BlobName {
    Digest digest;
    std::uint64_t size;
};

// Until CONTENT is whole, verified and passed on. Throws Failure.
async::Task<> get_blob(Origins& origins, BlobName name, Content& content, Progress progress);

} // namespace slipway::registry_client
