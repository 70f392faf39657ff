// SPDX-License-Identifier: LGPL-2.1-or-later
// resolved's settings of a link: who answers there, and for which names (org.freedesktop.resolve1(5)).
#pragma once

#include "async/task.hpp"
#include "base/ip_address.hpp"
#include "bus/connection.hpp"

#include <string>
#include <vector>

namespace slipway::placement {

struct LinkNames {
    int link = 0; // an index
    std::vector<IpAddress> servers;
    std::string domain; // these names go there, and no others
};

// False where resolved does not run. Throws Failure{placement_failed}.
async::Task<bool> tell_resolved(const bus::Connection& system, LinkNames names);

} // namespace slipway::placement
