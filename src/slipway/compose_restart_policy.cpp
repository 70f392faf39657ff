// SPDX-License-Identifier: LGPL-2.1-or-later
// Restart policies of compose files.
#include "slipway/compose_restart_policy.hpp"

#include "base/time_span.hpp"

namespace slipway::cli {

std::optional<std::string> restart_text(const compose::RestartPolicy& policy)
{
    using When = compose::RestartPolicy::When;
    std::string text;
    switch (policy.when) {
    case When::never:
        return std::nullopt;
    case When::always:
        text = "always";
        break;
    case When::unless_stopped:
        text = "unless-stopped";
        break;
    case When::on_failure:
        text = "on-failure";
        break;
    }
    const bool is_counted = policy.when == When::on_failure && policy.attempts.value_or(0) != 0;
    if (is_counted)
        text += ":" + std::to_string(*policy.attempts);
    if (policy.delay)
        text += ",delay=" + time_span_text(*policy.delay);
    // Without a count there is nothing that it could begin anew.
    if (policy.window && is_counted)
        text += ",window=" + time_span_text(*policy.window);
    return text;
}

} // namespace slipway::cli
