// SPDX-License-Identifier: LGPL-2.1-or-later
// The payload's terminal (pty(7)), of the container's own devpts.
#pragma once

#include "base/fd.hpp"
#include "oci/runtime_config.hpp"

#include <sys/types.h>

namespace slipway::sandbox {

enum class Console { none, made }; // whether the terminal becomes /dev/console

// Makes it the controlling terminal and the standard streams, owned by OWNER; returns its master side, which
// the container's user gets. Inside the container's root. Throws Failure.
Fd take_terminal(const oci::Process& process, uid_t owner, Console console);

} // namespace slipway::sandbox
