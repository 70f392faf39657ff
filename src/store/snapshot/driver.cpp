// SPDX-License-Identifier: LGPL-2.1-or-later
// Snapshot drivers: their order.
#include "store/snapshot/driver.hpp"

#include "base/failure.hpp"

#include <algorithm>

namespace slipway::store {

Stacking SnapshotDriver::stacking() const
{
    throw Failure{ErrorCode::internal, std::string{name()} + " stacks nothing"};
}

void SnapshotDriver::build(const RootPlan&) const
{
    throw Failure{ErrorCode::internal, std::string{name()} + " builds nothing"};
}

// docs/decisions/0015: what a container's processes do goes straight to a file system of the kernel's as long
// as that is possible at all; a copy of everything is the last resort.
const std::vector<const SnapshotDriver*>& snapshot_drivers()
{
    static const std::vector<const SnapshotDriver*> drivers{&overlay_driver(),      &overlay_mount_driver(),
                                                            &btrfs_driver(),        &reflink_driver(),
                                                            &fuse_overlay_driver(), &copy_driver()};
    return drivers;
}

const SnapshotDriver* find_snapshot_driver(std::string_view name)
{
    const auto& drivers = snapshot_drivers();
    const auto found = std::find_if(drivers.begin(), drivers.end(),
                                    [name](const SnapshotDriver* driver) { return driver->name() == name; });
    return found == drivers.end() ? nullptr : *found;
}

} // namespace slipway::store
