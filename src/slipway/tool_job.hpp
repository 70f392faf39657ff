// SPDX-License-Identifier: LGPL-2.1-or-later
// A job of the engine's that reads what a tool writes: it is done when both have ended well.
#pragma once

#include "client/job.hpp"
#include "slipway/context.hpp"

#include <functional>
#include <string>
#include <vector>

namespace slipway::cli {

struct ToolCall {
    std::string name;    // for messages
    std::string program; // its path
    std::vector<std::string> words;
};

// The tool's end first, so that what a broken one wrote is never taken. Ctrl-C ends both. Throws Failure.
client::JobInfo run_tool_job(Context& context, const ToolCall& call,
                             const std::function<async::Task<std::string>(int archive)>& begin);

// A tool alone, its standard output going where our standard error goes. Throws Failure where it fails.
void run_tool(const ToolCall& call);

} // namespace slipway::cli
