// SPDX-License-Identifier: LGPL-2.1-or-later
// Wires: words to settings.
#include "slipway/wires.hpp"

#include "arguments/options.hpp"

#include <charconv>

namespace slipway::cli {

namespace {

void take_wire_option(std::string_view word, client::WireSettings& wire)
{
    const std::size_t equals = word.find('=');
    const std::string_view key = word.substr(0, equals);
    const std::string value{equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1)};
    if (key == "as")
        wire.name = value;
    else if (key == "port")
        wire.port = parse_port(value);
    else if (key == "unix")
        wire.unix_path = value;
    else if (word == "env")
        wire.has_environment = true;
    else
        throw UsageError{"a wire has no option '" + std::string{word} +
                         "' (as=NAME, port=N, unix=PATH, env)"};
}

} // namespace

std::uint16_t parse_port(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0)
        throw UsageError{"'" + std::string{text} + "' is no port (1 to 65535)"};
    return port;
}

client::WireSettings parse_wire_target(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
        throw UsageError{"'" + std::string{text} + "' is no CONTAINER:PORT"};
    client::WireSettings wire;
    wire.target = text.substr(0, colon);
    wire.target_port = parse_port(text.substr(colon + 1));
    return wire;
}

client::WireSettings parse_wire(std::string_view text)
{
    const std::size_t comma = text.find(',');
    client::WireSettings wire = parse_wire_target(text.substr(0, comma));
    std::string_view rest = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    while (!rest.empty()) {
        const std::size_t next = rest.find(',');
        take_wire_option(rest.substr(0, next), wire);
        rest = next == std::string_view::npos ? std::string_view{} : rest.substr(next + 1);
    }
    return wire;
}

} // namespace slipway::cli
