// SPDX-License-Identifier: LGPL-2.1-or-later
// What the launcher is asked for (docs/protocols.md), as a sealed memory file.
#pragma once

#include "base/fd.hpp"
#include "engine/container/settings.hpp"

#include <filesystem>
#include <sys/types.h>
#include <vector>

namespace slipway::engine {

struct LaunchPlaces {
    std::vector<std::filesystem::path> layers; // uppermost first
    std::filesystem::path directory;           // holds "upper" and "work"
    std::filesystem::path bundle;              // made if there are hooks to find it
};

// A container. Throws Failure.
Fd create_request(const ContainerSpec& spec, const std::string& id, const LaunchPlaces& places);

// One more process beside PAYLOAD. Throws Failure.
Fd exec_request(const ContainerSpec& spec, pid_t payload);

} // namespace slipway::engine
