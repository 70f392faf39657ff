// SPDX-License-Identifier: LGPL-2.1-or-later
// LogRate: the links that journald looks for.
#include "placement/log_rate.hpp"

#include <array>
#include <filesystem>
#include <string_view>
#include <unistd.h>

namespace slipway::placement {

namespace {

constexpr const char* directory = "/run/systemd/units";
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

void restore_log_rate_limits_but(const std::set<std::string>& units)
{
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
        const std::string path = entry.path().native();
        for (const std::string_view prefix : prefixes) {
            if (!path.starts_with(prefix))
                continue;
            const std::string unit = path.substr(prefix.size());
            if (unit.starts_with("slipway-") && unit.ends_with(".scope") && !units.contains(unit))
                ::unlink(path.c_str());
        }
    }
}

} // namespace slipway::placement
