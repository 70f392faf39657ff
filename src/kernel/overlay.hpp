// SPDX-License-Identifier: LGPL-2.1-or-later
// Overlays of open directories, told to the kernel in one of two ways.
#pragma once

#include "kernel/mount.hpp"

#include <string>
#include <vector>

namespace slipway::kernel {

// By descriptor in any case, for paths of 128 layers would not fit anywhere.
enum class OverlayCall {
    // A parameter a layer ("lowerdir+"): Linux 6.8 and newer.
    fsconfig,
    // All in one text of at most a page, as before. Only in a mount namespace and with a working directory of
    // our own (run_in_mount_namespace), which both change.
    mount,
};

// Whoever has no privileges must keep overlayfs's own attributes among the user's (Linux 5.11).
enum class OverlayAttributes { trusted, of_user };

// LOWER: uppermost first. UPPER and WORK must be below one mount. Throws Failure.
MountFd make_overlay(OverlayCall call, const std::vector<Fd>& lower, const Fd& upper, const Fd& work,
                     OverlayAttributes attributes = OverlayAttributes::trusted);
// What launch requests say: "fsconfig", "mount". Throws Failure{invalid_argument}.
std::string name_of(OverlayCall call);
OverlayCall overlay_call(const std::string& name);

} // namespace slipway::kernel
