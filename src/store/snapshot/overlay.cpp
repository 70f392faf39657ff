// SPDX-License-Identifier: LGPL-2.1-or-later
// overlay: overlayfs, told of its layers one by one (fsconfig(2), "lowerdir+").
#include "store/snapshot/kernel_overlay.hpp"

namespace slipway::store {

namespace {

class Overlay final : public KernelOverlay {
  public:
    Overlay() : KernelOverlay{kernel::OverlayCall::fsconfig} {}
    std::string_view name() const noexcept override { return "overlay"; }
};

} // namespace

const SnapshotDriver& overlay_driver()
{
    static const Overlay driver;
    return driver;
}

} // namespace slipway::store
