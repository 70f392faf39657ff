// SPDX-License-Identifier: LGPL-2.1-or-later
// fuse-overlayfs: a process of each container's own serves its root.
#include "kernel/fuse_overlay.hpp"

#include "store/snapshot/driver.hpp"

namespace slipway::store {

namespace {

class FuseOverlayDriver final : public SnapshotDriver {
  public:
    std::string_view name() const noexcept override { return "fuse-overlayfs"; }
    RootKind kind() const noexcept override { return RootKind::stacked; }
    // It shows files with whatever IDs it is told to.
    Trial try_in(const std::filesystem::path& directory, Rights) const override
    {
        return {kernel::find_fuse_overlay_obstacle(directory), {}, false};
    }
    Stacking stacking() const override { return {{}, kernel::find_fuse_overlay()}; }
};

} // namespace

const SnapshotDriver& fuse_overlay_driver()
{
    static const FuseOverlayDriver driver;
    return driver;
}

} // namespace slipway::store
