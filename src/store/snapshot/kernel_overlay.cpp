// SPDX-License-Identifier: LGPL-2.1-or-later
// KernelOverlay: tried with an ID mapping first, which says all where it works.
#include "store/snapshot/kernel_overlay.hpp"

#include "kernel/mapped_overlay.hpp"

namespace slipway::store {

Trial KernelOverlay::try_in(const std::filesystem::path& directory, Rights rights) const
{
    if (rights == Rights::users)
        return {kernel::find_own_overlay_obstacle(directory, call_), {}, false};
    Trial trial;
    trial.mapping_obstacle = kernel::find_overlay_obstacle(directory, call_, kernel::Mapping::mapped);
    if (!trial.mapping_obstacle.empty())
        trial.obstacle = kernel::find_overlay_obstacle(directory, call_, kernel::Mapping::none);
    return trial;
}

} // namespace slipway::store
