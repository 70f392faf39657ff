// SPDX-License-Identifier: LGPL-2.1-or-later
// Spare: what the next container on a network needs of it, made ahead. Goes with its descriptors, so with the
// engine at the latest.
#pragma once

#include "engine/network/addresses.hpp"
#include "engine/network/wiring.hpp"

#include <cstdint>
#include <string>

namespace slipway::engine {

struct Spare {
    std::string container; // the ID of the container to be, which names the port
    std::string network;
    std::uint32_t first_host_id = 0;
    Addresses addresses;
    WiredNamespaces namespaces;
};

} // namespace slipway::engine
