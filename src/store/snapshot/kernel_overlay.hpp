// SPDX-License-Identifier: LGPL-2.1-or-later
// KernelOverlay: what the drivers that have overlayfs share.
#pragma once

#include "store/snapshot/driver.hpp"

namespace slipway::store {

class KernelOverlay : public SnapshotDriver {
  public:
    explicit KernelOverlay(kernel::OverlayCall call) : call_{call} {}

    RootKind kind() const noexcept override { return RootKind::stacked; }
    Trial try_in(const std::filesystem::path& directory, Rights rights) const override;
    Stacking stacking() const override { return {call_, {}}; }

  private:
    kernel::OverlayCall call_;
};

} // namespace slipway::store
