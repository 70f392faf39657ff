// SPDX-License-Identifier: LGPL-2.1-or-later
// A container's description for people and scripts that know docker's `inspect`.
#pragma once

#include "engine/container/container.hpp"
#include "engine/network/networks.hpp"
#include "store/volume_directories.hpp"

#include <string>

namespace slipway::api {

// One JSON object. VOLUMES: the directory that has the volumes' own.
std::string describe_container(const engine::Container& container, const engine::HealthReport& health,
                               const store::VolumeDirectories& volumes, const engine::Networks& networks);

} // namespace slipway::api
