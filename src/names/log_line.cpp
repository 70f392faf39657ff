// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines of the log: to JSON texts and back.
#include "names/log_line.hpp"

namespace slipway::names {

namespace {

Head parse_head(const Json& json)
{
    Head head{json.at("zone"), json.at("network"), {}, json.value("forwards", true)};
    for (const Json& subnet : json.at("subnets"))
        head.subnets.push_back(IpPrefix::parse(subnet.get<std::string>()).value().network());
    return head;
}

// A file of this name is opened.
std::string parse_network(const Json& json)
{
    std::string name = json.get<std::string>();
    if (name.empty() || name.front() == '.' || name.find_first_of(std::string{"/\0", 2}) != std::string::npos)
        throw Failure{ErrorCode::invalid_argument, "a network that has no network's name"};
    return name;
}

Outlook parse_outlook(const Json& json)
{
    Outlook outlook;
    if (json.contains("from"))
        for (const Json& address : json.at("from"))
            outlook.from.push_back(IpAddress::parse(address.get<std::string>()).value());
    if (json.contains("also"))
        for (const Json& network : json.at("also"))
            outlook.networks.push_back(parse_network(network));
    return outlook;
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
    if (!head.forwards)
        json["forwards"] = false;
    return json_text(json) + "\n";
}

std::string to_line(const Change& change)
{
    Json json;
    if (change.records.empty() && change.outlook.empty()) {
        json["unset"] = change.owner;
        return json_text(json) + "\n";
    }
    json["set"] = change.owner;
    Json& records = json["records"] = Json::array();
    for (const Record& record : change.records)
        records.push_back(to_json(record));
    for (const IpAddress& address : change.outlook.from)
        json["from"].push_back(address.text());
    if (!change.outlook.networks.empty())
        json["also"] = change.outlook.networks;
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
    Change change{json.at("set"), {}, parse_outlook(json)};
    for (const Json& record : json.at("records"))
        change.records.push_back(parse_record(record));
    return change;
}

} // namespace slipway::names
