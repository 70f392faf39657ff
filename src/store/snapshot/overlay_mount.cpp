// SPDX-License-Identifier: LGPL-2.1-or-later
// overlay-mount: overlayfs by mount(2), for kernels that take no layer by itself (before Linux 6.8).
#include "store/snapshot/kernel_overlay.hpp"

namespace slipway::store {

namespace {

class OverlayMount final : public KernelOverlay {
  public:
    OverlayMount() : KernelOverlay{kernel::OverlayCall::mount} {}
    std::string_view name() const noexcept override { return "overlay-mount"; }
};

} // namespace

const SnapshotDriver& overlay_mount_driver()
{
    static const OverlayMount driver;
    return driver;
}

} // namespace slipway::store
