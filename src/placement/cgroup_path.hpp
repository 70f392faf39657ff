// SPDX-License-Identifier: LGPL-2.1-or-later
// Where systemd keeps the cgroup of a unit.
#pragma once

#include <string>
#include <string_view>

namespace slipway::placement {

// Old: systemd's own hierarchies, unified or named, are below /sys/fs/cgroup, beside those of the
// controllers.
enum class Layout { unified, old };

// The directory that UNIT's processes are in, by the text of one's /proc/PID/cgroup (cgroups(7)). Empty: this
// one is not in the unit.
std::string scope_directory(std::string_view cgroups, std::string_view unit, Layout layout);

} // namespace slipway::placement
