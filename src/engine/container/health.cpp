// SPDX-License-Identifier: LGPL-2.1-or-later
// HealthCheck: defaults are docker's but for how soon the first checks come.
#include "engine/container/health.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <algorithm>
#include <array>

namespace slipway::engine {

namespace {

constexpr Microseconds default_interval = std::chrono::seconds{30};
constexpr Microseconds default_timeout = std::chrono::seconds{30};
constexpr std::uint32_t default_retries = 3;
// Shorter ones would keep a processor busy with nothing else.
constexpr Microseconds least_span = std::chrono::milliseconds{1};
constexpr Microseconds longest_span = std::chrono::hours{24 * 365};

constexpr std::array<std::string_view, 4> health_names{"", "starting", "healthy", "unhealthy"};
constexpr std::array<std::string_view, 3> deed_names{"none", "stop", "restart"};

// An image counts nanoseconds, 0 being the default.
Microseconds span(std::optional<std::uint64_t> wish, std::uint64_t image_nsec, Microseconds otherwise,
                  const char* key)
{
    if (!wish && image_nsec == 0)
        return otherwise;
    const std::uint64_t usec = wish.value_or(image_nsec / 1000);
    const auto limit = static_cast<std::uint64_t>(longest_span.count());
    const Microseconds span{static_cast<std::int64_t>(std::min(usec, limit))};
    if (span.count() != 0 && span < least_span)
        throw Failure{ErrorCode::invalid_argument, std::string{key} + ": a millisecond is the least"};
    return span;
}

} // namespace

std::optional<HealthCheck> complete(const HealthWish& wish, const std::optional<oci::Healthcheck>& image)
{
    static const oci::Healthcheck none;
    const oci::Healthcheck& given = image ? *image : none;
    const std::vector<std::string>& test = wish.test.empty() ? given.test : wish.test;
    if (test.empty() || test.front() == "NONE") {
        if (wish.interval_usec || wish.timeout_usec || wish.start_period_usec || wish.start_interval_usec ||
            wish.retries)
            throw Failure{ErrorCode::invalid_argument,
                          "the check of its health has no command: neither the image nor HealthTest "
                          "(--health-cmd) names one"};
        return std::nullopt;
    }
    HealthCheck check;
    if (test.front() == "CMD-SHELL" && test.size() == 2)
        check.arguments = {"/bin/sh", "-c", test[1]};
    else if (test.front() == "CMD" && test.size() > 1)
        check.arguments.assign(test.begin() + 1, test.end());
    else
        throw Failure{ErrorCode::invalid_argument,
                      "HealthTest: NONE, CMD and a command, or CMD-SHELL and one line for a shell"};
    check.interval = span(wish.interval_usec, given.interval, default_interval, "HealthIntervalUSec");
    check.timeout = span(wish.timeout_usec, given.timeout, default_timeout, "HealthTimeoutUSec");
    check.start_period = span(wish.start_period_usec, given.start_period, {}, "HealthStartPeriodUSec");
    check.start_interval =
        span(wish.start_interval_usec, given.start_interval, {}, "HealthStartIntervalUSec");
    const auto given_retries =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(given.retries, std::uint32_t{0} - 1U));
    check.retries = wish.retries.value_or(given_retries == 0 ? default_retries : given_retries);
    if (check.interval.count() == 0 || check.timeout.count() == 0 || check.retries == 0)
        throw Failure{ErrorCode::invalid_argument,
                      "the interval, the time-out and the retries of a check of health are more than 0"};
    return check;
}

OnUnhealthy parse_on_unhealthy(std::string_view text)
{
    if (text.empty())
        return OnUnhealthy::none;
    const auto* const found = std::find(deed_names.begin(), deed_names.end(), text);
    if (found == deed_names.end())
        throw Failure{ErrorCode::invalid_argument,
                      "OnUnhealthy: none, stop or restart, not '" + std::string{text} + "'"};
    return static_cast<OnUnhealthy>(found - deed_names.begin());
}

std::string_view name_of(OnUnhealthy deed)
{
    return deed_names.at(static_cast<std::size_t>(deed));
}

std::string_view name_of(Health health)
{
    return health_names.at(static_cast<std::size_t>(health));
}

Health parse_health(std::string_view name)
{
    const auto* const found = std::find(health_names.begin(), health_names.end(), name);
    return found == health_names.end() ? Health::unknown : static_cast<Health>(found - health_names.begin());
}

HealthReport find_health(const std::filesystem::path& file)
{
    HealthReport report;
    try {
        const std::optional<std::string> text = find_file(file);
        if (!text)
            return report;
        const Json json = parse_json(*text);
        report.health = parse_health(json.at("status").get_ref<const std::string&>());
        report.failing_streak = json.at("failing_streak").get<std::uint32_t>();
        for (const Json& entry : json.at("log"))
            report.log.push_back({from_usec(entry.at("begin").get<std::uint64_t>()),
                                  from_usec(entry.at("end").get<std::uint64_t>()),
                                  entry.at("exit_code").get<int>(), entry.at("output").get<std::string>()});
    } catch (const Json::exception&) {
        return {}; // of another version
    }
    return report;
}

void to_json(Json& json, const HealthCheck& check)
{
    json = {{"arguments", check.arguments},
            {"interval_usec", check.interval.count()},
            {"timeout_usec", check.timeout.count()},
            {"start_period_usec", check.start_period.count()},
            {"start_interval_usec", check.start_interval.count()},
            {"retries", check.retries}};
}

void from_json(const Json& json, HealthCheck& check)
{
    const auto usec = [&json](const char* name) { return Microseconds{json.at(name).get<std::int64_t>()}; };
    json.at("arguments").get_to(check.arguments);
    check.interval = usec("interval_usec");
    check.timeout = usec("timeout_usec");
    check.start_period = usec("start_period_usec");
    check.start_interval = usec("start_interval_usec");
    check.retries = json.at("retries").get<std::uint32_t>();
}

} // namespace slipway::engine
