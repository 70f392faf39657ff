// SPDX-License-Identifier: LGPL-2.1-or-later
// "web=3": how many replicas of a member there are to be.
#pragma once

#include "client/group.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace slipway::cli {

struct ReplicaCount {
    std::string member;
    std::uint32_t replicas = 0;
};

// Throws UsageError.
ReplicaCount parse_replica_count(const std::string& text);
// In SETTINGS. Throws Failure{invalid_argument} for what is no member.
void scale_members(client::GroupSettings& settings, const std::vector<std::string>& counts);

} // namespace slipway::cli
