// SPDX-License-Identifier: LGPL-2.1-or-later
// Limits as docker's users write them, as systemd's properties.
#pragma once

#include "arguments/options.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace slipway::cli {

struct LimitOptions {
    std::optional<std::string> memory;
    std::optional<std::string> memory_reservation;
    std::optional<std::string> memory_swap;
    std::optional<std::string> cpus;
    std::optional<std::string> cpu_shares;
    std::optional<std::string> pids_limit;
};

void add_limit_options(Options& options, LimitOptions& target);

// Properties of the scope; -1 and "max" are no limit. Throws UsageError.
std::map<std::string, std::uint64_t> limits_of(const LimitOptions& options);

// "512m", "1.5g", "1024": bytes, powers of 1024. Nothing for anything else.
std::optional<std::uint64_t> parse_size(const std::string& text);

} // namespace slipway::cli
