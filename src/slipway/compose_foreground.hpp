// SPDX-License-Identifier: LGPL-2.1-or-later
// A project in the foreground: what its containers write is shown until they have ended.
#pragma once

#include "client/manager.hpp"
#include "slipway/context.hpp"
#include "slipway/log_writer.hpp"
#include "slipway/service_lines.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

struct ForegroundWish {
    std::string group;
    std::vector<std::string> services; // of which containers are waited for
    std::vector<std::string> silent;   // of these, whose output is not shown
    // All are stopped when one has ended: any, or one that failed.
    enum class Ends { when_all_end, when_any_ends, when_any_fails } ends = Ends::when_all_end;
    std::optional<std::string> status_from; // a service whose status is ours
    std::optional<std::chrono::microseconds> stop_timeout;
    RealTime begun{}; // what was written before is not shown
    Stamps stamps = Stamps::none;
    bool has_prefix = true;
    bool has_colour = true;
};

// SIGINT and SIGTERM stop the services in their order, a second one kills them. The exit status: that of
// STATUS_FROM or of the one whose end ended all, 128 and the signal after one, else 0.
int stay_in_foreground(Context& context, const ForegroundWish& wish);

} // namespace slipway::cli
