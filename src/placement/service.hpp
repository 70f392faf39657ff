// SPDX-License-Identifier: LGPL-2.1-or-later
// Services that keep a container: systemd starts it anew when it has ended (systemd.service(5), Restart=).
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace slipway::placement {

struct ServiceRequest {
    std::string unit;
    std::string slice;
    std::string description;
    std::vector<std::string> command; // by its absolute path
    std::string restart;              // "on-failure", "always"
    Microseconds restart_delay{};
    // No more than BURST starts within INTERVAL; 0: any number.
    std::uint32_t burst = 0;
    Microseconds interval{};
    Microseconds stop_timeout{};
};

// Its unit file, for a service that is to be there from boot on.
std::string unit_text(const ServiceRequest& request);

// "slipway-NAME.service".
std::string service_name(const std::string& container);

} // namespace slipway::placement
