// SPDX-License-Identifier: LGPL-2.1-or-later
// RestartPolicy: when systemd is to start a container anew (systemd.service(5), Restart=).
#pragma once

#include "placement/service.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::engine {

struct ContainerSpec;

enum class RestartWhen { no, on_failure, always, unless_stopped };

struct RestartPolicy {
    RestartWhen when = RestartWhen::no;
    std::uint32_t retries = 0;          // of on_failure, in a row; 0: any number
    std::optional<Microseconds> delay;  // between an end and the next start
    std::optional<Microseconds> window; // one that has run for so long has come up: retries count anew

    bool is_any() const noexcept { return when != RestartWhen::no; }
    // Whether a boot of the host starts it too.
    bool is_for_boots() const noexcept
    {
        return when == RestartWhen::always || when == RestartWhen::unless_stopped;
    }
    bool operator==(const RestartPolicy&) const = default;
};

// "no", "on-failure[:RETRIES]", "always", "unless-stopped", with ",delay=TIME" and, where retries are
// counted,
// ",window=TIME" behind; empty is "no". Throws Failure{invalid_argument}.
RestartPolicy parse_restart_policy(std::string_view text);
std::string text_of(const RestartPolicy& policy);
std::string_view name_of(RestartWhen when);

// Throws Failure{invalid_argument} for what does not go with a policy.
void check_restart_policy(const ContainerSpec& spec, bool is_auto_removed);

// The service that keeps the container NAME so. WHOSE: the machine's containers, or a user's.
enum class Whose { machines, users };
placement::ServiceRequest service_request(const std::string& name, const ContainerSpec& spec, Whose whose);

} // namespace slipway::engine
