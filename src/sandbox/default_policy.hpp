// SPDX-License-Identifier: LGPL-2.1-or-later
// The seccomp policy of containers that ask for no other one.
#pragma once

#include "oci/seccomp_policy.hpp"

#include <cstdint>

namespace slipway::sandbox {

// An allow-list. What a container has no business with is refused with EPERM, whatever its capabilities; what
// it may do with a capability is allowed where BOUNDING (a set of capabilities(7)) has that; what is in no
// list, or newer than this one, does not exist (ENOSYS), so that libraries fall back.
oci::Seccomp default_policy(std::uint64_t bounding);

} // namespace slipway::sandbox
