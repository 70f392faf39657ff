// SPDX-License-Identifier: LGPL-2.1-or-later
// LaunchRequest: what the launcher is asked for (docs/protocols.md).
#pragma once

#include "oci/runtime_config.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace slipway::sandbox {

struct OverlayRequest {
    std::vector<std::string> lower; // uppermost first
    std::string directory;          // with "upper" and "work"
};

struct LaunchRequest {
    bool is_exec = false;
    oci::RuntimeConfig config; // with a process
    std::optional<OverlayRequest> overlay;
    std::string user;  // "name:group", empty: the configuration's
    pid_t payload = 0; // of exec: whose namespaces
};

// Throws Failure{invalid_argument}.
LaunchRequest parse_request(std::string_view json);

} // namespace slipway::sandbox
