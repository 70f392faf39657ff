// SPDX-License-Identifier: LGPL-2.1-or-later
// HealthRecord: as JSON (docs/protocols.md, "Monitor").
#include "monitor/health_record.hpp"

#include "base/failure.hpp"
#include "base/json.hpp"

namespace slipway::monitor {

std::string_view name_of(HealthStatus status)
{
    switch (status) {
    case HealthStatus::starting:
        return "starting";
    case HealthStatus::healthy:
        return "healthy";
    case HealthStatus::unhealthy:
        break;
    }
    return "unhealthy";
}

std::string health_text(const HealthRecord& record)
{
    Json log = Json::array();
    for (const HealthRecord::Entry& entry : record.log)
        log.push_back({{"begin", to_usec(entry.begin)},
                       {"end", to_usec(entry.end)},
                       {"exit_code", entry.exit_code},
                       {"output", entry.output}});
    return json_text(Json{{"event", "health"},
                          {"status", name_of(record.status)},
                          {"failing_streak", record.failing_streak},
                          {"log", std::move(log)}},
                     StrayBytes::replaced);
}

std::string with_payload(std::string_view request, pid_t payload)
{
    try {
        Json json = parse_json(request);
        json["payload"] = payload;
        return json_text(json);
    } catch (const Json::exception& unreadable) {
        throw Failure{ErrorCode::invalid_argument,
                      std::string{"the launcher's request is not one: "} + unreadable.what()};
    }
}

} // namespace slipway::monitor
