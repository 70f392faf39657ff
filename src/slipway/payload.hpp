// SPDX-License-Identifier: LGPL-2.1-or-later
// A payload in the foreground: what `run` and `exec` have in common.
#pragma once

#include "slipway/attach.hpp"
#include "slipway/context.hpp"

#include <functional>

namespace slipway::cli {

// Asks the engine to start a payload with these streams; the session's socket. Called once.
using Begin = std::function<async::Task<Fd>(client::Streams)>;
// Learns the status of a payload whose monitor did not tell it. May throw Failure.
using AskStatus = std::function<int()>;

// Throws Failure{invalid_argument} where a terminal is wanted for input and standard input is none.
void require_terminal(Wishes wishes);

// Starts a payload, relays until it has ended and returns its exit status.
int run_in_foreground(Context& context, Wishes wishes, LeaveWhen when, const Begin& begin,
                      const AskStatus& ask_status);

} // namespace slipway::cli
