// SPDX-License-Identifier: LGPL-2.1-or-later
// run_container(): a new container, started, and in the foreground until its payload has ended.
#pragma once

#include "slipway/context.hpp"
#include "slipway/id_file.hpp"
#include "slipway/run_options.hpp"
#include "slipway/timings.hpp"

namespace slipway::cli {

// The payload's exit status; 0 for one in the background, whose ID is printed. Throws Failure.
int run_container(Context& context, const RunOptions& options, Timings& timings, IdFile& file);

} // namespace slipway::cli
