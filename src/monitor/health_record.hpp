// SPDX-License-Identifier: LGPL-2.1-or-later
// HealthRecord: what is known of a payload's health; HealthPlan: how it is found out (docs/health.md).
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace slipway::monitor {

enum class HealthStatus { starting, healthy, unhealthy };

struct HealthPlan {
    Microseconds interval{};
    Microseconds timeout{};
    Microseconds start_period{};
    Microseconds start_interval{}; // 0: a short one that doubles
    std::uint32_t retries = 0;     // at least one
};

struct HealthRecord {
    struct Entry {
        RealTime begin{};
        RealTime end{};
        int exit_code = 0; // -1: it could not be executed, or took too long
        std::string output;
    };

    HealthStatus status = HealthStatus::starting;
    std::uint32_t failing_streak = 0;
    std::deque<Entry> log; // the last ones, oldest first
};

// "starting", "healthy", "unhealthy".
std::string_view name_of(HealthStatus status);
// To the engine, and the file of the same content.
std::string health_text(const HealthRecord& record);
// The launcher's request of one more process, with the PID of the payload that it goes to. Throws
// Failure{invalid_argument}.
std::string with_payload(std::string_view request, pid_t payload);

} // namespace slipway::monitor
