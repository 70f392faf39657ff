// SPDX-License-Identifier: LGPL-2.1-or-later
// LogRate: tells journald not to drop lines of a container's unit.
//
// journald limits each unit to a number of messages in a time and drops the rest. systemd lifts that for
// services with LogRateLimitIntervalSec= by links in /run/systemd/units that journald reads; scopes have no
// such property, so the same links are made here (seen in systemd 246 to 257; where they mean nothing, the
// host's limit holds).
#pragma once

#include <set>
#include <string>

namespace slipway::placement {

// Never fails: a line may be dropped, no container may be.
void lift_log_rate_limit(const std::string& unit) noexcept;
void restore_log_rate_limit(const std::string& unit) noexcept;
// Of all our scopes but UNITS: those of containers that ended with an engine.
void restore_log_rate_limits_but(const std::set<std::string>& units);

} // namespace slipway::placement
