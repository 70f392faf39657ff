// SPDX-License-Identifier: LGPL-2.1-or-later
// Reader of health checks.
#include "compose/read_parts.hpp"

namespace slipway::compose::read {

namespace {

void take_test(const Value& value, HealthCheck& check)
{
    if (!value.node().is_list()) {
        check.test = {word(value)};
        check.uses_shell = true;
        return;
    }
    std::vector<std::string> words = texts(value);
    const std::string how = words.empty() ? "" : words.front();
    if (how == "NONE" && words.size() == 1) {
        check.is_disabled = true;
        return;
    }
    check.uses_shell = how == "CMD-SHELL";
    if (!check.uses_shell && how != "CMD")
        value.refuse("begins with " + in_quotes(how) +
                     "; a list begins with CMD, CMD-SHELL, or is [\"NONE\"]");
    if (words.size() < 2 || (check.uses_shell && words.size() > 2))
        value.refuse(check.uses_shell ? "has not just one text behind CMD-SHELL"
                                      : "has no program behind CMD");
    check.test.assign(words.begin() + 1, words.end());
}

} // namespace

HealthCheck health_check(const Value& value)
{
    HealthCheck check;
    Fields fields{value};
    if (const std::optional<Value> test = fields.find("test"))
        take_test(*test, check);
    if (const std::optional<Value> disable = fields.find("disable"))
        check.is_disabled = flag(*disable) || check.is_disabled;
    fields.take("interval", check.interval, duration);
    fields.take("timeout", check.timeout, duration);
    fields.take("start_period", check.start_period, duration);
    fields.take("start_interval", check.start_interval, duration);
    fields.take("retries", check.retries, integer<std::uint32_t>);
    fields.finish();
    return check;
}

} // namespace slipway::compose::read
