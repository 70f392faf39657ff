// SPDX-License-Identifier: LGPL-2.1-or-later
// HealthCheck: how it is found out whether a container does its work.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace slipway::compose {

// What is not set is the image's.
struct HealthCheck {
    bool is_disabled = false; // the image's too
    // A program and its arguments; with uses_shell one text for the container's shell; empty: the image's.
    std::vector<std::string> test;
    bool uses_shell = false;
    std::optional<std::chrono::microseconds> interval;
    std::optional<std::chrono::microseconds> timeout;
    std::optional<std::chrono::microseconds> start_period;
    std::optional<std::chrono::microseconds> start_interval;
    std::optional<std::uint32_t> retries;

    bool operator==(const HealthCheck&) const = default;
};

} // namespace slipway::compose
