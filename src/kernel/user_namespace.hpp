// SPDX-License-Identifier: LGPL-2.1-or-later
// User namespaces as descriptors (user_namespaces(7)).
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <vector>

namespace slipway::kernel {

struct IdRange {
    std::uint32_t inside = 0;
    std::uint32_t outside = 0;
    std::uint32_t size = 0;
};

struct IdRanges {
    std::vector<IdRange> uids;
    std::vector<IdRange> gids;
};

// A new user namespace, a child of ours, with these mappings; alive as long as its descriptor is open or
// somebody is in it. Whoever has not got CAP_SETUID and CAP_SETGID must be dumpable (prctl(2)), and gets what
// id_mapping.hpp says. Throws Failure.
Fd make_user_namespace(const std::vector<IdRange>& uids, const std::vector<IdRange>& gids);

// The mappings of a user namespace, as the caller's own namespace counts. Throws Failure.
IdRanges ranges_of(const Fd& user_namespace);

} // namespace slipway::kernel
