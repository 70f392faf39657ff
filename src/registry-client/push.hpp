// SPDX-License-Identifier: LGPL-2.1-or-later
// Push: a blob into the registry, unless it is there already or can be had from another repository.
#pragma once

#include "base/fd.hpp"
#include "registry-client/blobs.hpp"
#include "registry/messages.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::registry_client {

struct Parcel {
    // Read from its position on to the end. What can be read again is sent again where the way breaks.
    Fd content;
    std::optional<Digest> digest;
    std::optional<std::uint64_t> size;
    // Repositories of the same registry that may have it.
    std::vector<std::string> mount_from;
};

struct Receipt {
    registry::Arrival arrival;
    Digest digest;
    std::uint64_t size;
};

// Throws Failure; digest_mismatch where the content is not what PARCEL's digest says, and nothing is kept.
async::Task<Receipt> push_blob(Origins& origins, Parcel parcel, Progress progress);

// Whether the registry has a blob, or takes it over from one of these repositories of its own; nothing where
// it would have to be sent. Throws Failure.
async::Task<std::optional<registry::Arrival>> find_blob(Origins& origins, Digest digest,
                                                        std::vector<std::string> mount_from);

} // namespace slipway::registry_client
