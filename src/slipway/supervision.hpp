// SPDX-License-Identifier: LGPL-2.1-or-later
// Supervision: this process is the foreground mirror of a container, for whatever supervises the host's
// processes: the payload gets its signals, ends with it, and it ends as the payload does.
#pragma once

#include "arguments/options.hpp"
#include "slipway/context.hpp"

#include <optional>
#include <string>

namespace slipway::cli {

struct SupervisionOptions {
    std::string log = "auto"; // "journal", "output"
    std::optional<std::size_t> ready_number;
    bool remains = false; // after a good end, until SIGTERM
};

void add_supervision_options(Options& options, SupervisionOptions& supervision);

// Starts the container PATH and stays until its payload has ended: its exit status; where a signal ended it,
// we end by the same. Throws Failure where it does not start.
int supervise_container(Context& context, const std::string& path, const SupervisionOptions& options);

} // namespace slipway::cli
