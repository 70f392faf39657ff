// SPDX-License-Identifier: LGPL-2.1-or-later
// Record: to JSON and back.
#include "names/record.hpp"

namespace slipway::names {

namespace {

constexpr std::size_t text_limit = 255; // a length of one byte

struct Writer {
    Json& json;

    void operator()(const IpAddress& address) const
    {
        json["type"] = address.is_v4() ? "A" : "AAAA";
        json["data"] = address.text();
    }
    void operator()(const Pointer& pointer) const
    {
        json["type"] = "PTR";
        json["data"] = pointer.target;
    }
    void operator()(const Service& service) const
    {
        json["type"] = "SRV";
        json["target"] = service.target;
        json["port"] = service.port;
        if (service.priority != 0)
            json["priority"] = service.priority;
        if (service.weight != 0)
            json["weight"] = service.weight;
    }
    void operator()(const Texts& texts) const
    {
        json["type"] = "TXT";
        json["texts"] = texts.texts;
    }
};

[[noreturn]] void refuse(const std::string& reason)
{
    throw Failure{ErrorCode::invalid_argument, reason};
}

std::uint16_t parse_number(const Json& json, const char* member)
{
    const auto number = json.at(member).get<std::int64_t>();
    if (number < 0 || number > UINT16_MAX)
        refuse(std::string{member} + " " + std::to_string(number) + " does not fit 16 bits");
    return static_cast<std::uint16_t>(number);
}

IpAddress parse_address(const Json& json, IpFamily family)
{
    const IpAddress address = IpAddress::parse(json.at("data").get<std::string>()).value();
    if (address.family() != family)
        refuse("the address " + address.text() + " is of the other family");
    return address;
}

Service parse_service(const Json& json)
{
    Service service{json.at("target"), parse_number(json, "port")};
    if (json.contains("priority"))
        service.priority = parse_number(json, "priority");
    if (json.contains("weight"))
        service.weight = parse_number(json, "weight");
    return service;
}

Texts parse_texts(const Json& json)
{
    Texts texts{json.at("texts")};
    if (texts.texts.empty())
        refuse("a TXT record without a text");
    for (const std::string& text : texts.texts)
        if (text.size() > text_limit)
            refuse("a text of more than " + std::to_string(text_limit) + " bytes");
    return texts;
}

} // namespace

Json to_json(const Record& record)
{
    Json json;
    json["name"] = record.name;
    std::visit(Writer{json}, record.data);
    return json;
}

Record parse_record(const Json& json)
{
    Record record;
    record.name = json.at("name");
    const std::string type = json.at("type");
    if (type == "A")
        record.data = parse_address(json, IpFamily::v4);
    else if (type == "AAAA")
        record.data = parse_address(json, IpFamily::v6);
    else if (type == "PTR")
        record.data = Pointer{json.at("data")};
    else if (type == "SRV")
        record.data = parse_service(json);
    else if (type == "TXT")
        record.data = parse_texts(json);
    else
        refuse("no type of record: " + type);
    return record;
}

} // namespace slipway::names
