// SPDX-License-Identifier: LGPL-2.1-or-later
// The host's device nodes, for a container that is to have them all.
#pragma once

#include "oci/runtime_config.hpp"

#include <vector>

namespace slipway::engine {

enum class Owners {
    hosts, // as on the host
    root,  // the container's root, in whose user namespace the host's owners may be nobody
};

// What is below /dev now, but for terminals, which a container has of its own.
std::vector<oci::Device> host_devices(Owners owners);

} // namespace slipway::engine
