// SPDX-License-Identifier: LGPL-2.1-or-later
// PublishedPort: parsed from the right, since what is left out is on the left.
#include "engine/network/port.hpp"

#include "base/failure.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace slipway::engine {

namespace {

constexpr std::array protocols{
    std::pair{Protocol::tcp, std::string_view{"tcp"}},
    std::pair{Protocol::udp, std::string_view{"udp"}},
    std::pair{Protocol::sctp, std::string_view{"sctp"}},
};

struct Range {
    std::uint16_t first = 0;
    std::uint16_t last = 0;
    unsigned size() const { return 1U + last - first; }
};

Failure refusal(std::string_view text, std::string_view why)
{
    return Failure{ErrorCode::invalid_argument,
                   "'" + std::string{text} + "' is no port to publish: " + std::string{why}};
}

Protocol take_protocol(std::string_view& text, std::string_view whole)
{
    const std::size_t slash = text.rfind('/');
    if (slash == std::string_view::npos)
        return Protocol::tcp;
    const std::string_view word = text.substr(slash + 1);
    text = text.substr(0, slash);
    for (const auto& [protocol, name] : protocols)
        if (name == word)
            return protocol;
    throw refusal(whole, "the protocol is tcp, udp or sctp");
}

std::uint16_t parse_number(std::string_view text, std::string_view whole)
{
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number == 0)
        throw refusal(whole, "a port is a number from 1 to 65535");
    return number;
}

Range parse_range(std::string_view text, std::string_view whole)
{
    const std::size_t dash = text.find('-');
    Range range;
    range.first = parse_number(text.substr(0, dash), whole);
    range.last = dash == std::string_view::npos ? range.first : parse_number(text.substr(dash + 1), whole);
    if (range.last < range.first)
        throw refusal(whole, "a range ends behind its beginning");
    return range;
}

std::string address_text(const IpAddress& address)
{
    return address.is_v4() ? address.text() : "[" + address.text() + "]";
}

IpAddress parse_host(std::string_view text, std::string_view whole)
{
    if (text.size() > 2 && text.front() == '[' && text.back() == ']')
        text = text.substr(1, text.size() - 2);
    const Result<IpAddress> address = IpAddress::parse(text);
    if (!address)
        throw refusal(whole, address.failure().message());
    return address.value();
}

} // namespace

std::string_view protocol_name(Protocol protocol)
{
    for (const auto& [candidate, name] : protocols)
        if (candidate == protocol)
            return name;
    return "unknown";
}

std::string Port::text() const
{
    return std::to_string(number) + '/' + std::string{protocol_name(protocol)};
}

std::string PublishedPort::text() const
{
    std::string text = host_address ? address_text(*host_address) + ':' : std::string{};
    return text + (host_port == 0 ? "any" : std::to_string(host_port)) + "->" + port.text();
}

std::vector<Port> parse_ports(std::string_view text)
{
    std::string_view rest = text;
    const Protocol protocol = take_protocol(rest, text);
    const Range range = parse_range(rest, text);
    std::vector<Port> ports;
    for (unsigned i = 0; i < range.size(); ++i)
        ports.push_back({protocol, static_cast<std::uint16_t>(range.first + i)});
    return ports;
}

std::vector<PublishedPort> parse_published(std::string_view text)
{
    std::string_view rest = text;
    const Protocol protocol = take_protocol(rest, text);
    const std::size_t last = rest.rfind(':');
    const Range inside = parse_range(last == std::string_view::npos ? rest : rest.substr(last + 1), text);
    rest = last == std::string_view::npos ? std::string_view{} : rest.substr(0, last);

    // What is left is "HOST-ADDRESS:HOST-PORT", "HOST-PORT", or an address and an empty port.
    std::optional<IpAddress> address;
    const std::size_t colon = rest.ends_with(']') ? std::string_view::npos : rest.rfind(':');
    std::string_view host_port = rest;
    if (colon != std::string_view::npos) {
        address = parse_host(rest.substr(0, colon), text);
        host_port = rest.substr(colon + 1);
    } else if (rest.find_first_of(".[") != std::string_view::npos) {
        address = parse_host(rest, text);
        host_port = {};
    }
    // All addresses, as it is without one.
    if (address && (*address == IpAddress{} || address->text() == "::"))
        address.reset();
    const bool is_any = host_port.empty() || host_port == "0";
    const Range outside = is_any ? inside : parse_range(host_port, text);
    if (outside.size() != inside.size())
        throw refusal(text, "the host's range and the container's have different sizes");
    std::vector<PublishedPort> ports;
    for (unsigned i = 0; i < inside.size(); ++i)
        ports.push_back({address,
                         static_cast<std::uint16_t>(is_any ? 0 : outside.first + i),
                         is_any,
                         {protocol, static_cast<std::uint16_t>(inside.first + i)}});
    return ports;
}

bool collide(const PublishedPort& one, const PublishedPort& other)
{
    return one.host_port != 0 && one.host_port == other.host_port &&
           one.port.protocol == other.port.protocol &&
           (!one.host_address || !other.host_address || one.host_address == other.host_address);
}

void to_json(Json& json, const Port& port)
{
    json = port.text();
}

void from_json(const Json& json, Port& port)
{
    port = parse_ports(json.get<std::string>()).front();
}

void to_json(Json& json, const PublishedPort& published)
{
    json = Json{{"port", published.port}, {"host_port", published.host_port}};
    if (published.host_address)
        json["host_address"] = published.host_address->text();
    if (published.is_any)
        json["any"] = true;
}

void from_json(const Json& json, PublishedPort& published)
{
    json.at("port").get_to(published.port);
    json.at("host_port").get_to(published.host_port);
    published.is_any = json.value("any", false);
    if (json.contains("host_address"))
        published.host_address = IpAddress::parse(json.at("host_address").get<std::string>()).value();
}

} // namespace slipway::engine
