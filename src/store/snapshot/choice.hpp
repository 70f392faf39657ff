// SPDX-License-Identifier: LGPL-2.1-or-later
// Choice: the best snapshot driver that works here, or the one that the administrator wants.
#pragma once

#include "store/snapshot/driver.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace slipway::store {

struct DriverChoice {
    const SnapshotDriver* driver = nullptr; // none: why_none says why
    std::string why_none;
    // Those that would be better, and why they are not taken; best first.
    std::vector<std::pair<std::string, std::string>> obstacles;
    Trial trial; // of the driver

    // "none" where there is none.
    std::string name() const { return driver == nullptr ? "none" : std::string{driver->name()}; }
};

// What asks for a driver by its name, in the engine's environment.
inline constexpr const char* driver_variable = "SLIPWAY_ROOT_DRIVER";

// WISH: of an administrator, or empty. Only one that is wished is tried then, and no other takes its place.
DriverChoice choose_driver(const std::string& wish,
                           const std::function<Trial(const SnapshotDriver&)>& try_one);

} // namespace slipway::store
