// SPDX-License-Identifier: LGPL-2.1-or-later
// Wire: words checked, and JSON.
#include "engine/wire/wire.hpp"

#include "base/failure.hpp"
#include "base/id.hpp"
#include "engine/container/settings.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace slipway::engine {

namespace {

constexpr unsigned most_wires = 250;
constexpr std::size_t longest_socket_name = 100; // below its directory: unix(7)

std::uint16_t checked_port(std::uint32_t port)
{
    if (port == 0 || port > UINT16_MAX)
        throw Failure{ErrorCode::invalid_argument, std::to_string(port) + " is no port (1 to 65535)"};
    return static_cast<std::uint16_t>(port);
}

// A directory is shown for it, so it cannot be the root.
void check_unix_path(const std::string& text)
{
    const std::filesystem::path path{text};
    if (path.lexically_normal() != path || !path.is_absolute() || path.parent_path() == "/" ||
        !path.has_filename() || path.filename().native().size() > longest_socket_name)
        throw Failure{ErrorCode::invalid_argument,
                      "'" + text +
                          "' is no path for a wire's Unix socket (as /run/db/socket: absolute, in a "
                          "directory that becomes the wire's)"};
}

// Capitals, digits and "_" (environ(7), POSIX 8.1).
std::string variable_of(std::string name)
{
    for (char& c : name) {
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
        else if ((c < '0' || c > '9') && (c < 'A' || c > 'Z'))
            c = '_';
    }
    return name.front() >= '0' && name.front() <= '9' ? '_' + name : name;
}

} // namespace

IpAddress Wire::address() const
{
    constexpr std::array<std::uint8_t, 4> first{127, 208, 0, 0};
    return IpAddress::of_bytes(first).plus(number);
}

Wire complete(const WireWish& wish, const std::vector<Wire>& others)
{
    check_name(wish.target);
    Wire wire;
    wire.target = wish.target;
    wire.target_port = checked_port(wish.target_port);
    wire.name = wish.name.empty() ? wish.target : wish.name;
    check_name(wire.name);
    wire.port = wish.port == 0 ? wire.target_port : checked_port(wish.port);
    wire.unix_path = wish.unix_path;
    if (!wire.unix_path.empty())
        check_unix_path(wire.unix_path);
    wire.has_environment = wish.has_environment;
    for (const Wire& other : others) {
        if (other.name == wire.name)
            throw Failure{ErrorCode::name_taken,
                          "the container has a wire \"" + wire.name +
                              "\" already: remove it with 'slipway wire rm', or choose another name (as)"};
        const auto directory = [](const Wire& of) {
            return std::filesystem::path{of.unix_path}.parent_path();
        };
        if (!wire.unix_path.empty() && directory(other) == directory(wire))
            throw Failure{ErrorCode::invalid_argument,
                          "the wire " + other.name + " has the directory of " + wire.unix_path + " already"};
    }
    wire.number = 1;
    while (std::ranges::any_of(others, [&wire](const Wire& other) { return other.number == wire.number; }))
        ++wire.number;
    if (wire.number > most_wires)
        throw Failure{ErrorCode::invalid_argument, "a container has 250 wires at most"};
    wire.id = short_id(make_id());
    return wire;
}

std::vector<std::string> environment_of(const std::vector<Wire>& wires)
{
    std::vector<std::string> variables;
    for (const Wire& wire : wires) {
        if (!wire.has_environment)
            continue;
        const std::string name = variable_of(wire.name);
        variables.push_back(name + "_HOST=" + wire.name);
        variables.push_back(name + "_PORT=" + std::to_string(wire.port));
    }
    return variables;
}

void to_json(Json& json, const Wire& wire)
{
    json = Json{{"id", wire.id},     {"target", wire.target}, {"target_port", wire.target_port},
                {"name", wire.name}, {"port", wire.port},     {"number", wire.number}};
    if (!wire.unix_path.empty())
        json["unix"] = wire.unix_path;
    if (wire.has_environment)
        json["environment"] = true;
}

void from_json(const Json& json, Wire& wire)
{
    json.at("id").get_to(wire.id);
    json.at("target").get_to(wire.target);
    json.at("target_port").get_to(wire.target_port);
    json.at("name").get_to(wire.name);
    json.at("port").get_to(wire.port);
    json.at("number").get_to(wire.number);
    wire.unix_path = json.value("unix", std::string{});
    wire.has_environment = json.value("environment", false);
}

} // namespace slipway::engine
