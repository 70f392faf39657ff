// SPDX-License-Identifier: LGPL-2.1-or-later
// Passed sockets: those that systemd has for a service, which it starts for them (sd_listen_fds(3)).
#pragma once

#include "base/fd.hpp"

#include <string>
#include <vector>

namespace slipway::async {

struct PassedSockets {
    std::vector<Fd> sockets;        // one at least
    std::vector<std::string> names; // of each: FileDescriptorName=; where it has none, its unit's name
};

// A second time there are none, nor for a child. Throws Failure{invalid_argument} where systemd has handed
// over none.
PassedSockets take_passed_sockets();

} // namespace slipway::async
