// SPDX-License-Identifier: LGPL-2.1-or-later
// launch: the launcher's whole way, from a request to a payload (docs/protocols.md).
#pragma once

#include "base/fd.hpp"

namespace slipway::sandbox {

// REQUEST: a memory file. CONVERSATION: with the monitor. Returns the launcher's exit status; the payload's
// process never returns.
int launch(const Fd& request, const Fd& conversation);

} // namespace slipway::sandbox
