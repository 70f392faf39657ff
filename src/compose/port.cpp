// SPDX-License-Identifier: LGPL-2.1-or-later
// Port: the short forms of ports.
#include "compose/port.hpp"

#include "base/ip_address.hpp"
#include "compose/place.hpp"

#include <charconv>

namespace slipway::compose {

namespace {

Failure bad_port(std::string_view text, const std::string& what)
{
    return Failure{ErrorCode::invalid_argument, in_quotes(text) + " is " + what};
}

std::optional<std::uint16_t> port_number(std::string_view text)
{
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number == 0)
        return std::nullopt;
    return number;
}

} // namespace

Result<PortRange> parse_port_range(std::string_view text)
{
    const std::size_t dash = text.find('-');
    const std::optional<std::uint16_t> first = port_number(text.substr(0, dash));
    const std::optional<std::uint16_t> last =
        dash == std::string_view::npos ? first : port_number(text.substr(dash + 1));
    if (!first || !last)
        return bad_port(text, "no port, 1 to 65535, nor a range such as 8000-8010");
    if (*last < *first)
        return bad_port(text, "a range of ports that ends before it begins");
    return PortRange{*first, *last};
}

Result<std::string> parse_protocol(std::string_view text)
{
    std::string protocol;
    for (const char c : text)
        protocol += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
        return bad_port(text, "no protocol of ports; tcp, udp and sctp are");
    return protocol;
}

Result<Port> checked_port(Port port)
{
    if (port.published && port.target.size() > 1 && port.published->size() != port.target.size())
        return Failure{ErrorCode::invalid_argument,
                       "publishes " + std::to_string(port.target.size()) + " ports of the container on " +
                           std::to_string(port.published->size()) + " of the host; there must be as many"};
    if (port.host_address.starts_with('[') && port.host_address.ends_with(']'))
        port.host_address = port.host_address.substr(1, port.host_address.size() - 2);
    if (!port.host_address.empty() && !IpAddress::parse(port.host_address))
        return bad_port(port.host_address, "no IP address");
    return port;
}

Result<Port> parse_port(std::string_view text)
{
    Port port;
    std::string_view rest = text;
    if (const std::size_t slash = rest.rfind('/'); slash != std::string_view::npos) {
        const Result<std::string> protocol = parse_protocol(rest.substr(slash + 1));
        if (!protocol)
            return protocol.failure();
        port.protocol = protocol.value();
        rest = rest.substr(0, slash);
    }
    // From the right: an IPv6 address has colons of its own.
    const auto take = [&rest] {
        const std::size_t colon = rest.rfind(':');
        const std::string_view part = colon == std::string_view::npos ? rest : rest.substr(colon + 1);
        rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(0, colon);
        return part;
    };
    const bool has_more = rest.find(':') != std::string_view::npos;
    const Result<PortRange> target = parse_port_range(take());
    if (!target)
        return target.failure();
    port.target = target.value();
    if (has_more) {
        const bool has_address = rest.find(':') != std::string_view::npos;
        // "127.0.0.1::80" is any free port of that address, and so is 0.
        if (const std::string_view published = take(); published == "0") {
            port.published.reset();
        } else if (!published.empty()) {
            const Result<PortRange> range = parse_port_range(published);
            if (!range)
                return range.failure();
            port.published = range.value();
        } else if (!has_address) {
            return bad_port(text, "a port with nothing before the colon");
        }
        if (has_address && rest.empty())
            return bad_port(text, "a port with nothing before the colon");
        port.host_address = std::string{rest};
    }
    return checked_port(std::move(port));
}

Result<ExposedPort> parse_exposed_port(std::string_view text)
{
    ExposedPort port;
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos && slash + 1 < text.size()) {
        const Result<std::string> protocol = parse_protocol(text.substr(slash + 1));
        if (!protocol)
            return protocol.failure();
        port.protocol = protocol.value();
    }
    const Result<PortRange> target = parse_port_range(text.substr(0, slash));
    if (!target)
        return target.failure();
    port.target = target.value();
    return port;
}

} // namespace slipway::compose
