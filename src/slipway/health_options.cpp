// SPDX-License-Identifier: LGPL-2.1-or-later
// Options of health, by docker's names.
#include "slipway/health_options.hpp"

#include "base/time_span.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

std::optional<std::chrono::microseconds> span_of(const std::optional<std::string>& text, const char* option)
{
    if (!text)
        return std::nullopt;
    Result<Microseconds> span = parse_time_span(*text);
    if (!span)
        throw UsageError{std::string{option} + ": " + span.failure().message()};
    return std::move(span).value();
}

} // namespace

void add_health_options(Options& options, HealthOptions& health)
{
    options.text("--health-cmd", health.command, "LINE",
                 "Find out whether it does what it is for: executed in it by a shell, 0 is good");
    options.text("--health-interval", health.interval, "TIME", "From check to check; 30s otherwise");
    options.text("--health-timeout", health.timeout, "TIME",
                 "A check that takes longer has failed; 30s otherwise");
    options.count("--health-retries", health.retries, "N",
                  "So many failures in a row make it unhealthy; 3 otherwise");
    options.text("--health-start-period", health.start_period, "TIME",
                 "Failures before its first success do not count for so long");
    options.text("--health-start-interval", health.start_interval, "TIME",
                 "From check to check until its first success");
    options.flag("--no-healthcheck", health.has_none, "Leave out the check of its image");
    options.text("--on-unhealthy", health.on_unhealthy, "none|stop|restart",
                 "What happens when it becomes unhealthy");
}

void apply(const HealthOptions& health, client::ContainerSettings& settings)
{
    if (health.has_none && health.command)
        throw UsageError{"--health-cmd and --no-healthcheck do not go together"};
    if (health.has_none)
        settings.health_test = {"NONE"};
    if (health.command)
        settings.health_test = {"CMD-SHELL", *health.command};
    settings.health_interval = span_of(health.interval, "--health-interval");
    settings.health_timeout = span_of(health.timeout, "--health-timeout");
    settings.health_start_period = span_of(health.start_period, "--health-start-period");
    settings.health_start_interval = span_of(health.start_interval, "--health-start-interval");
    if (health.retries)
        settings.health_retries =
            static_cast<std::uint32_t>(std::min<std::size_t>(*health.retries, UINT32_MAX));
    settings.on_unhealthy = health.on_unhealthy;
}

} // namespace slipway::cli
