// SPDX-License-Identifier: LGPL-2.1-or-later
// Where systemd keeps the cgroup of a unit: a line a hierarchy, "NUMBER:CONTROLLERS:PATH".
#include "placement/cgroup_path.hpp"

#include <sstream>

namespace slipway::placement {

std::string scope_directory(std::string_view cgroups, std::string_view unit, Layout layout)
{
    const std::string unified = layout == Layout::unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified";
    std::istringstream lines{std::string{cgroups}};
    std::string named;
    for (std::string line; std::getline(lines, line);) {
        if (!line.ends_with(std::string{"/"}.append(unit)))
            continue;
        const std::size_t path = line.find('/');
        if (line.starts_with("0::"))
            return unified + line.substr(path);
        // Without the unified one this is what systemd goes by.
        if (line.find(":name=systemd:") < path)
            named = "/sys/fs/cgroup/systemd" + line.substr(path);
    }
    return named;
}

} // namespace slipway::placement
