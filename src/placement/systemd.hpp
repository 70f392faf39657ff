// SPDX-License-Identifier: LGPL-2.1-or-later
// systemd on the bus: its name, its manager and its units' paths (org.freedesktop.systemd1(5)).
#pragma once

#include <chrono>
#include <string>

namespace slipway::placement {

inline constexpr const char* systemd = "org.freedesktop.systemd1";
inline constexpr const char* manager_path = "/org/freedesktop/systemd1";
inline constexpr const char* manager = "org.freedesktop.systemd1.Manager";

// For the job of a unit's start, and for a unit of the same name to go.
inline constexpr std::chrono::seconds job_patience{30};
// A service may take any time to be ready.
inline constexpr std::chrono::hours job_no_patience{24 * 365};
inline constexpr std::chrono::milliseconds going_patience{5000};
inline constexpr std::chrono::milliseconds usual_patience{250};
// systemd forgets a unit that is over a moment later.
inline constexpr std::chrono::milliseconds forgetting_pause{20};

inline constexpr const char* unit_exists = "org.freedesktop.systemd1.UnitExists";

// The object of UNIT, whether there is one or not.
std::string unit_path(const std::string& unit);

} // namespace slipway::placement
