// SPDX-License-Identifier: LGPL-2.1-or-later
// [Install]: the links that `systemctl enable` would make, which made units cannot have.
#pragma once

#include "quadlet/item.hpp"

#include <string>
#include <vector>

namespace slipway::quadlet {

struct Link {
    std::string path; // "multi-user.target.wants/web.service", below the directory of the units
    std::string target;

    bool operator==(const Link&) const = default;
};

// Complaints go to ITEM.
std::vector<Link> links_of(Item& item);

} // namespace slipway::quadlet
