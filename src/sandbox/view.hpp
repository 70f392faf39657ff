// SPDX-License-Identifier: LGPL-2.1-or-later
// View: a container's root as the container sees it, shown to whoever reads or writes its files.
//
// Of a container at rest it is built for this purpose, and gone with the descriptors; the mounts below it
// live in a mount namespace that nobody is in. Of a running one it is the very root that its mount namespace
// has.
#pragma once

#include "base/fd.hpp"
#include "sandbox/request.hpp"

namespace slipway::sandbox {

// REQUEST: of a view. With "overlay" the root is built, in new namespaces; without it CONFIG has the mount
// namespace to join by its path. Sends {"event": "view"} with the descriptors (docs/protocols.md) and returns
// the exit status. Throws Failure.
int show_view(LaunchRequest& request, const Fd& conversation);

} // namespace slipway::sandbox
