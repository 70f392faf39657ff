// SPDX-License-Identifier: LGPL-2.1-or-later
// Whose power the payload has: capabilities(7), credentials(7).
#pragma once

#include "oci/runtime_config.hpp"
#include "sandbox/user.hpp"

#include <cstdint>

namespace slipway::sandbox {

struct CapabilityBits {
    std::uint64_t bounding = 0;
    std::uint64_t effective = 0;
    std::uint64_t permitted = 0;
    std::uint64_t inheritable = 0;
    std::uint64_t ambient = 0;
};

// Names that the kernel does not know count for nothing. No sets at all are empty ones.
CapabilityBits capability_bits(const oci::Process& process);

enum class Groups { of_user, as_they_are };

// Takes the bounding set away, becomes USER, and is left with exactly these capabilities. Throws Failure.
void take_credentials(const ResolvedUser& user, const CapabilityBits& bits, Groups groups);

} // namespace slipway::sandbox
