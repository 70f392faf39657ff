// SPDX-License-Identifier: LGPL-2.1-or-later
// HealthCheck: how a container's health is found out (docs/health.md), as a caller wishes it, completed from
// the image, and kept with the container as JSON; HealthReport: what its monitor knows.
#pragma once

#include "base/json.hpp"
#include "base/time.hpp"
#include "oci/image_config.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::engine {

// What becomes of a container that is unhealthy.
enum class OnUnhealthy { none, stop, restart };

// What is empty or absent is the image's, or else the default.
struct HealthWish {
    std::vector<std::string> test; // {"NONE"}, {"CMD", word…} or {"CMD-SHELL", line}
    std::optional<std::uint64_t> interval_usec;
    std::optional<std::uint64_t> timeout_usec;
    std::optional<std::uint64_t> start_period_usec;
    std::optional<std::uint64_t> start_interval_usec;
    std::optional<std::uint32_t> retries;
    std::string on_unhealthy; // "none", "stop", "restart"; empty: none
};

struct HealthCheck {
    std::vector<std::string> arguments;
    Microseconds interval{};
    Microseconds timeout{};
    Microseconds start_period{};
    Microseconds start_interval{}; // 0: a short one that doubles
    std::uint32_t retries = 0;

    bool operator==(const HealthCheck&) const = default;
};

// Nothing where none is to be executed. Throws Failure{invalid_argument}.
std::optional<HealthCheck> complete(const HealthWish& wish, const std::optional<oci::Healthcheck>& image);
// Throws Failure{invalid_argument}.
OnUnhealthy parse_on_unhealthy(std::string_view text);
std::string_view name_of(OnUnhealthy deed);

// Unknown: nobody looks after it, which counts as healthy.
enum class Health { unknown, starting, healthy, unhealthy };
// Empty for unknown.
std::string_view name_of(Health health);
Health parse_health(std::string_view name);

// The last checks, oldest first.
struct HealthReport {
    struct Entry {
        RealTime begin{};
        RealTime end{};
        int exit_code = 0; // -1: it could not be executed, or took too long
        std::string output;
    };
    Health health = Health::unknown;
    std::uint32_t failing_streak = 0;
    std::vector<Entry> log;
};

// What a monitor has written in FILE; unknown where there is none.
HealthReport find_health(const std::filesystem::path& file);

// For nlohmann's library.
void to_json(Json& json, const HealthCheck& check);
void from_json(const Json& json, HealthCheck& check);

} // namespace slipway::engine
