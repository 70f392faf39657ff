// SPDX-License-Identifier: LGPL-2.1-or-later
// RestartPolicy: its words, and systemd's for them.
#include "engine/container/restart_policy.hpp"

#include "base/failure.hpp"
#include "base/time_span.hpp"
#include "engine/container/settings.hpp"
#include "slipway_config.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace slipway::engine {

namespace {

constexpr std::array<std::string_view, 4> policy_names{"no", "on-failure", "always", "unless-stopped"};
constexpr std::uint32_t most_retries = 1000;

// One that ran for so long has come up, and its next failure counts as the first (as with docker).
constexpr std::chrono::seconds time_to_come_up{10};
constexpr std::chrono::milliseconds quick_delay{100};
constexpr std::chrono::seconds patient_delay{1};
// systemd's SIGKILL comes this much later than ours.
constexpr std::chrono::seconds service_margin{10};

Failure bad_policy(std::string_view text)
{
    return Failure{
        ErrorCode::invalid_argument,
        "Restart: no, on-failure[:RETRIES], always or unless-stopped, and behind it ,delay=TIME and "
        "for counted retries ,window=TIME, not '" +
            std::string{text} + "'"};
}

// ",delay=TIME" and the like.
void read_times(std::string_view options, RestartPolicy& policy, std::string_view text)
{
    while (!options.empty()) {
        options.remove_prefix(1);
        const std::size_t end = std::min(options.find(','), options.size());
        const std::string_view option = options.substr(0, end);
        options.remove_prefix(end);
        const std::size_t equals = option.find('=');
        const std::string_view key = option.substr(0, equals);
        auto& time = key == "delay" ? policy.delay : policy.window;
        if (equals == std::string_view::npos || (key != "delay" && key != "window") || time)
            throw bad_policy(text);
        time = find_time_span(option.substr(equals + 1));
        if (!time)
            throw bad_policy(text);
    }
    if (!policy.is_any() || (policy.window && policy.retries == 0))
        throw bad_policy(text);
}

} // namespace

RestartPolicy parse_restart_policy(std::string_view text)
{
    RestartPolicy policy;
    if (text.empty())
        return policy;
    const std::string_view options = text.substr(std::min(text.find(','), text.size()));
    const std::string_view words = text.substr(0, text.size() - options.size());
    const std::size_t colon = words.find(':');
    const auto found = std::find(policy_names.begin(), policy_names.end(), words.substr(0, colon));
    if (found == policy_names.end())
        throw bad_policy(text);
    policy.when = static_cast<RestartWhen>(found - policy_names.begin());
    if (colon != std::string_view::npos) {
        const std::string_view number = words.substr(colon + 1);
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), policy.retries);
        if (policy.when != RestartWhen::on_failure || error != std::errc{} ||
            end != number.data() + number.size() || policy.retries > most_retries)
            throw bad_policy(text);
    }
    if (!options.empty())
        read_times(options, policy, text);
    return policy;
}

std::string_view name_of(RestartWhen when)
{
    return policy_names[static_cast<std::size_t>(when)];
}

std::string text_of(const RestartPolicy& policy)
{
    std::string text{name_of(policy.when)};
    if (policy.retries != 0)
        text += ":" + std::to_string(policy.retries);
    if (policy.delay)
        text += ",delay=" + time_span_text(*policy.delay);
    if (policy.window)
        text += ",window=" + time_span_text(*policy.window);
    return text;
}

void check_restart_policy(const ContainerSpec& spec, bool is_auto_removed)
{
    if (!spec.restart.is_any())
        return;
    if (is_auto_removed)
        throw Failure{ErrorCode::invalid_argument,
                      "a container that is removed when it has ended is not restarted: AutoRemove (--rm) and "
                      "Restart do not go together"};
    if (has_passed(spec.listeners))
        throw Failure{ErrorCode::invalid_argument,
                      "Restart: the next connection starts a container with sockets of its own (Listeners, "
                      "--listen) anew: leave out one of the two"};
}

placement::ServiceRequest service_request(const std::string& name, const ContainerSpec& spec, Whose whose)
{
    placement::ServiceRequest request;
    request.unit = placement::service_name(name);
    request.slice = slice_of(spec.membership.group);
    request.description = "slipway container " + name;
    request.command = {SLIPWAY_BIN_DIRECTORY "/slipway"};
    if (whose == Whose::users)
        request.command.emplace_back("--user");
    for (const char* const word : {"supervise", "--", name.c_str()})
        request.command.emplace_back(word);
    request.restart = spec.restart.when == RestartWhen::on_failure ? "on-failure" : "always";
    request.restart_delay = spec.restart.delay.value_or(
        spec.restart.retries != 0 ? Microseconds{quick_delay} : Microseconds{patient_delay});
    if (spec.restart.retries != 0) {
        request.burst = spec.restart.retries + 1;
        request.interval =
            request.burst * (request.restart_delay + spec.restart.window.value_or(time_to_come_up));
    }
    request.stop_timeout = spec.stop_timeout + Microseconds{service_margin};
    request.properties = spec.properties;
    return request;
}

} // namespace slipway::engine
