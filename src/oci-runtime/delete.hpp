// SPDX-License-Identifier: LGPL-2.1-or-later
// Removing a container, whatever is left of it.
#pragma once

#include "oci-runtime/container.hpp"

namespace slipway::oci_runtime {

// Its processes are killed, its cgroup and directory removed, its poststop hooks run. Throws Failure.
void remove_container(const Context& context, const Container& container);

} // namespace slipway::oci_runtime
