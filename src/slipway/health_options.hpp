// SPDX-License-Identifier: LGPL-2.1-or-later
// Options of how a container's health is found out.
#pragma once

#include "arguments/options.hpp"
#include "client/settings.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace slipway::cli {

struct HealthOptions {
    std::optional<std::string> command;
    std::optional<std::string> interval;
    std::optional<std::string> timeout;
    std::optional<std::string> start_period;
    std::optional<std::string> start_interval;
    std::optional<std::size_t> retries;
    std::optional<std::string> on_unhealthy;
    bool has_none = false;
};

void add_health_options(Options& options, HealthOptions& health);
// Throws UsageError, Failure{invalid_argument}.
void apply(const HealthOptions& health, client::ContainerSettings& settings);

} // namespace slipway::cli
