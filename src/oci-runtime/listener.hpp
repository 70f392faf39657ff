// SPDX-License-Identifier: LGPL-2.1-or-later
// The descriptor for seccomp notifications, to whoever decides on them (config-linux.md, "The Container
// Process State").
#pragma once

#include "base/fd.hpp"
#include "oci-runtime/container.hpp"

namespace slipway::oci_runtime {

// Throws Failure.
void send_listener(const oci::Seccomp& policy, const Record& record, const Fd& listener);

} // namespace slipway::oci_runtime
