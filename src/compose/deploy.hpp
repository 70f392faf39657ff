// SPDX-License-Identifier: LGPL-2.1-or-later
// Deploy: how many containers a service has, how they are restarted and replaced (Compose specification,
// deploy.md). What deploy.resources says is in Resources.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace slipway::compose {

// restart, and deploy.restart_policy in its place.
struct RestartPolicy {
    enum class When : std::uint8_t { never, always, on_failure, unless_stopped };

    When when = When::never;
    std::optional<std::uint32_t> attempts;
    std::optional<std::chrono::microseconds> delay;
    std::optional<std::chrono::microseconds> window; // so long it must run for the start to have succeeded

    bool operator==(const RestartPolicy&) const = default;
};

// How running containers are replaced by those of a new definition.
struct UpdatePolicy {
    enum class OnFailure : std::uint8_t { pause, go_on, roll_back };

    std::uint32_t parallelism = 1;     // so many at once; 0: all
    std::chrono::microseconds delay{}; // between them
    OnFailure on_failure = OnFailure::pause;
    std::chrono::microseconds monitor{}; // so long each is watched
    double failure_ratio = 0;
    bool starts_first = false; // the new one, before the old one is stopped

    bool operator==(const UpdatePolicy&) const = default;
};

struct Deploy {
    enum class Mode : std::uint8_t { replicated, global, replicated_job, global_job };

    Mode mode = Mode::replicated;
    std::uint32_t replicas = 1;                // scale is the same
    std::map<std::string, std::string> labels; // of the service, not of its containers
    std::optional<UpdatePolicy> update;

    bool operator==(const Deploy&) const = default;
};

} // namespace slipway::compose
