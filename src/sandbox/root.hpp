// SPDX-License-Identifier: LGPL-2.1-or-later
// Building a container's root in a mount namespace of its own, up to pivot_root(2).
#pragma once

#include "base/fd.hpp"
#include "sandbox/request.hpp"

namespace slipway::sandbox {

// In the order of the steps; all throw Failure.

// Our copies of the host's mounts receive what the host mounts, and send nothing back.
void leave_host_mounts();
// The overlay, or config.root.path, attached where only this namespace sees it; the directory is returned.
Fd attach_root(const LaunchRequest& request);
// config.mounts but for proc and cgroup file systems, which show the namespaces of whoever mounts them.
void make_mounts(const Fd& root, const oci::RuntimeConfig& config);
// /dev/null and the others that the runtime specification lists, and the links beside them.
void make_devices(const Fd& root);
void hide_paths(const Fd& root, const oci::Linux& settings);
// ROOT becomes "/", and the host's mounts are gone.
void enter_root(const Fd& root);

// Of the payload, inside its root: what make_mounts() left out.
void make_late_mounts(const oci::RuntimeConfig& config);

} // namespace slipway::sandbox
