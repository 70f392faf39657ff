// SPDX-License-Identifier: LGPL-2.1-or-later
// The ID mappings of a user namespace, written by whoever may: ourselves, or newuidmap(1) and newgidmap(1)
// for what /etc/subuid and /etc/subgid give a user.
#pragma once

#include "kernel/user_namespace.hpp"

#include <sys/types.h>

namespace slipway::kernel {

// Of the namespace that PID, a child of ours, is in. PID must be dumpable where we have no privileges, since
// it is not ours to others otherwise. Throws Failure{access_denied, not_supported, invalid_argument,
// io_error}.
void map_ids(pid_t pid, const IdRanges& ranges);

} // namespace slipway::kernel
