// SPDX-License-Identifier: LGPL-2.1-or-later
// Which cgroup hierarchies this host has, and where.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::cgroupfs {

struct Hierarchies {
    // Where the unified one is mounted; its controllers count only where there are no old ones.
    std::string unified;
    // The old ones: mount points by controller ("memory"), a named one by its name ("name=systemd").
    std::map<std::string, std::string> old;

    bool is_unified() const noexcept { return old.empty(); }
};

// From the text of /proc/self/mountinfo (proc_pid_mountinfo(5)).
Hierarchies parse_hierarchies(std::string_view mountinfo);

// This host's. Throws Failure{not_supported} where there is none at all.
const Hierarchies& hierarchies();

} // namespace slipway::cgroupfs
