// SPDX-License-Identifier: LGPL-2.1-or-later
// LogRate: the links that journald looks for.
#include "placement/log_rate.hpp"

#include <array>
#include <unistd.h>

namespace slipway::placement {

namespace {

constexpr std::array prefixes{"/run/systemd/units/log-rate-limit-interval:",
                              "/run/systemd/units/log-rate-limit-burst:"};

} // namespace

void lift_log_rate_limit(const std::string& unit) noexcept
{
    for (const char* prefix : prefixes)
        [[maybe_unused]] const int result = ::symlink("0", (prefix + unit).c_str());
}

void restore_log_rate_limit(const std::string& unit) noexcept
{
    for (const char* prefix : prefixes)
        ::unlink((prefix + unit).c_str());
}

} // namespace slipway::placement
