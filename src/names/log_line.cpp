// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines of the log: to JSON texts and back.
#include "names/log_line.hpp"

namespace slipway::names {

namespace {

Head parse_head(const Json& json)
{
    Head head{json.at("zone"), json.at("network"), {}};
    for (const Json& subnet : json.at("subnets"))
        head.subnets.push_back(IpPrefix::parse(subnet.get<std::string>()).value().network());
    return head;
}

} // namespace

std::string to_line(const Head& head)
{
    Json json;
    json["zone"] = head.zone;
    json["network"] = head.network;
    Json& subnets = json["subnets"] = Json::array();
    for (const IpPrefix& subnet : head.subnets)
        subnets.push_back(subnet.text());
    return json_text(json) + "\n";
}

std::string to_line(const Change& change)
{
    Json json;
    if (change.records.empty()) {
        json["unset"] = change.owner;
        return json_text(json) + "\n";
    }
    json["set"] = change.owner;
    Json& records = json["records"] = Json::array();
    for (const Record& record : change.records)
        records.push_back(to_json(record));
    return json_text(json) + "\n";
}

std::variant<Head, Change> parse_line(std::string_view line)
{
    const Json json = parse_json(line);
    if (!json.is_object())
        throw Failure{ErrorCode::invalid_argument, "no JSON object"};
    if (json.contains("zone"))
        return parse_head(json);
    if (json.contains("unset"))
        return Change{json.at("unset"), {}};
    Change change{json.at("set"), {}};
    for (const Json& record : json.at("records"))
        change.records.push_back(parse_record(record));
    return change;
}

} // namespace slipway::names
