// SPDX-License-Identifier: LGPL-2.1-or-later
// Relay: command lines of pasta (passt(1)) and slirp4netns (slirp4netns(1)), and what they need to know.
#include "engine/network/relay.hpp"

#include "base/failure.hpp"
#include "base/json.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <sstream>
#include <unistd.h>

namespace slipway::engine {

namespace {

constexpr std::array relays{
    std::pair{RelayProgram::pasta, std::string_view{"pasta"}},
    std::pair{RelayProgram::slirp4netns, std::string_view{"slirp4netns"}},
};

// slirp4netns' own numbers, so that both are alike.
constexpr unsigned gateway_number = 2;
constexpr unsigned resolver_number = 3;
constexpr unsigned container_number = 100;
// A unique local one (RFC 4193).
constexpr const char* subnet_v6 = "fd73:6c69:7077:6179::";

std::string own_descriptor(int descriptor)
{
    return "/proc/self/fd/" + std::to_string(descriptor);
}

IpAddress address_in(const IpPrefix& subnet, unsigned number)
{
    return subnet.network().address().plus(number);
}

IpAddress address_in_v6(unsigned number)
{
    return IpAddress::parse(subnet_v6).value().plus(number);
}

std::string find_obstacle(std::string_view name, const RelayPlaces& places, std::string& path)
{
    for (const std::string& directory : places.directories) {
        path = directory + '/' + std::string{name};
        if (::access(path.c_str(), X_OK) != 0)
            continue;
        if (::access(places.tun.c_str(), R_OK | W_OK) != 0)
            return places.tun + ": " + std::strerror(errno); // NOLINT: one thread asks
        return {};
    }
    return "is not installed (package " + std::string{name == "pasta" ? "passt" : name} + ")";
}

// Ports that follow each other on both sides, as pasta has them: "[ADDRESS/]8000-8010:80-90".
std::vector<std::string> pasta_ports(std::vector<PublishedPort> ports)
{
    const auto key = [](const PublishedPort& port) { return std::pair{port.host_address, port.host_port}; };
    std::sort(ports.begin(), ports.end(),
              [&key](const PublishedPort& a, const PublishedPort& b) { return key(a) < key(b); });
    std::vector<std::string> texts;
    for (std::size_t begin = 0, end = 0; begin < ports.size(); begin = end) {
        const PublishedPort& first = ports[begin];
        for (end = begin + 1; end < ports.size(); ++end)
            if (ports[end].host_address != first.host_address ||
                ports[end].host_port != first.host_port + (end - begin) ||
                ports[end].port.number != first.port.number + (end - begin))
                break;
        const PublishedPort& last = ports[end - 1];
        std::string text = first.host_address ? first.host_address->text() + '/' : std::string{};
        text += std::to_string(first.host_port);
        if (end - begin > 1)
            text += '-' + std::to_string(last.host_port);
        text += ':' + std::to_string(first.port.number);
        if (end - begin > 1)
            text += '-' + std::to_string(last.port.number);
        texts.push_back(std::move(text));
    }
    return texts;
}

void add_pasta_ports(std::vector<std::string>& arguments, const char* option, Protocol protocol,
                     const std::vector<PublishedPort>& ports)
{
    std::vector<PublishedPort> own_ports;
    std::map<std::uint16_t, std::uint16_t> targets;
    for (const PublishedPort& port : ports) {
        if (port.port.protocol != protocol)
            continue;
        // It translates a port, whatever the address.
        const auto [found, is_new] = targets.try_emplace(port.host_port, port.port.number);
        if (!is_new && found->second != port.port.number)
            throw Failure{ErrorCode::not_supported, "pasta leads the host's port " +
                                                        std::to_string(port.host_port) +
                                                        " to one port of the container, whatever the address "
                                                        "(publish another, or use --network slirp4netns)"};
        own_ports.push_back(port);
    }
    // Without a word it publishes by itself what the container listens on.
    std::vector<std::string> texts = pasta_ports(std::move(own_ports));
    if (texts.empty())
        texts.emplace_back("none");
    for (const std::string& text : texts)
        arguments.insert(arguments.end(), {option, text});
}

// What is only the host's own to reach, or no address.
bool is_out_of_reach(std::string_view server)
{
    const Result<IpAddress> address = IpAddress::parse(server);
    return !address || server.starts_with("127.") || address.value().text() == "::1" ||
           address.value() == IpAddress{} || address.value().text() == "::";
}

struct NameServers {
    std::string within_reach; // lines
    std::string rest;         // lines of other things
    IpAddress forwarded;      // by which the host's first is asked otherwise
};

NameServers name_servers_of(const RelayGround& ground)
{
    NameServers servers;
    bool has_v4 = false;
    bool has_v6 = false;
    std::istringstream lines{ground.resolv_conf};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::string key;
        std::string server;
        words >> key >> server;
        if (key != "nameserver") {
            servers.rest += line + '\n';
            continue;
        }
        if (!is_out_of_reach(server))
            servers.within_reach += line + '\n';
        (server.find(':') == std::string::npos ? has_v4 : has_v6) = true;
    }
    const bool is_v6 = has_v6 && !has_v4 && ground.has_default_route;
    servers.forwarded = is_v6 ? address_in_v6(resolver_number) : address_in(ground.subnet, resolver_number);
    return servers;
}

RelayOrder pasta_order(const std::string& path, const std::vector<PublishedPort>& ports,
                       const RelayGround& ground)
{
    RelayOrder order{path, {path}, false, {}};
    order.arguments = {path, "--foreground", "--quiet", "--config-net", "--ns-ifname", "eth0", "--userns",
                       own_descriptor(relay_user), "--netns", own_descriptor(relay_network), "--pid",
                       own_descriptor(relay_words),
                       // The host's loopback is the host's own.
                       "--no-map-gw", "--address", address_in(ground.subnet, container_number).text(),
                       "--netmask", std::to_string(ground.subnet.length()), "--gateway",
                       address_in(ground.subnet, gateway_number).text()};
    // Not for servers that are asked directly: what they answer would come from this address too.
    const NameServers servers = name_servers_of(ground);
    if (servers.within_reach.empty())
        order.arguments.insert(order.arguments.end(), {"--dns-forward", servers.forwarded.text()});
    if (ground.has_default_route)
        order.arguments.insert(order.arguments.end(), {"--address", address_in_v6(container_number).text(),
                                                       "--gateway", address_in_v6(gateway_number).text()});
    else
        // It refuses a host that leads nowhere, which the host may do only for now.
        order.arguments.insert(order.arguments.end(),
                               {"--ipv4-only", "--interface", "lo", "--mac-addr", "52:55:0a:00:02:02"});
    add_pasta_ports(order.arguments, "--tcp-ports", Protocol::tcp, ports);
    add_pasta_ports(order.arguments, "--udp-ports", Protocol::udp, ports);
    order.arguments.insert(order.arguments.end(), {"--tcp-ns", "none", "--udp-ns", "none"});
    return order;
}

RelayOrder slirp4netns_order(const std::string& path, const std::vector<PublishedPort>& ports,
                             const RelayGround& ground)
{
    RelayOrder order{path, {}, true, {}};
    order.arguments = {path,
                       "--configure",
                       "--mtu=65520",
                       "--cidr=" + ground.subnet.text(),
                       "--enable-ipv6",
                       "--enable-sandbox",
                       "--enable-seccomp",
                       "--disable-host-loopback",
                       "--ready-fd=" + std::to_string(relay_ready)};
    for (const PublishedPort& port : ports) {
        if (port.host_address && !port.host_address->is_v4())
            throw Failure{ErrorCode::not_supported,
                          "slirp4netns publishes ports on IPv4 addresses only, not on " +
                              port.host_address->text() + " (install pasta: package passt)"};
        const std::string address = port.host_address ? port.host_address->text() : "0.0.0.0";
        order.requests.push_back(
            json_text(Json{{"execute", "add_hostfwd"},
                           {"arguments",
                            {{"proto", protocol_name(port.port.protocol)},
                             {"host_addr", address},
                             {"host_port", port.host_port},
                             {"guest_addr", address_in(ground.subnet, container_number).text()},
                             {"guest_port", port.port.number}}}}));
    }
    if (!order.requests.empty())
        order.arguments.push_back("--api-socket=" + own_descriptor(relay_directory) + "/relay.sock");
    order.arguments.insert(order.arguments.end(),
                           {"--netns-type=path", own_descriptor(relay_network), "eth0"});
    return order;
}

} // namespace

std::string_view relay_name(RelayProgram program)
{
    for (const auto& [candidate, name] : relays)
        if (candidate == program)
            return name;
    return "unknown";
}

std::optional<RelayProgram> find_relay(std::string_view name)
{
    for (const auto& [program, candidate] : relays)
        if (candidate == name)
            return program;
    return std::nullopt;
}

std::string RelayChoice::why_none() const
{
    std::string text;
    for (const auto& [name, reason] : obstacles) {
        text += text.empty() ? "" : ", ";
        text += name;
        text += reason.starts_with("is ") ? " " : ": ";
        text += reason;
    }
    return text;
}

RelayChoice choose_relay(std::optional<RelayProgram> wish, const RelayPlaces& places)
{
    RelayChoice choice;
    for (const auto& [program, name] : relays) {
        if (wish && *wish != program)
            continue;
        std::string path;
        std::string obstacle = find_obstacle(name, places, path);
        if (obstacle.empty()) {
            choice.program = program;
            choice.path = std::move(path);
            break;
        }
        choice.obstacles.emplace_back(name, std::move(obstacle));
    }
    return choice;
}

IpPrefix choose_relay_subnet(const std::vector<IpPrefix>& taken)
{
    // Of 10.208.0.0/12, as the networks of the machine's engine, which begins at the other
    // end: 10.223.2.0/24, 10.222.2.0/24, …
    constexpr unsigned count = 16;
    constexpr std::uint64_t step = 1ULL << 16U;
    const IpAddress lowest = IpAddress::parse("10.208.2.0").value();
    for (unsigned i = 0; i < count; ++i) {
        const IpPrefix subnet{lowest.plus((count - 1 - i) * step), 24};
        if (std::none_of(taken.begin(), taken.end(), [&subnet](const IpPrefix& other) {
                return other.length() != 0 && other.address().is_v4() && subnet.overlaps(other);
            }))
            return subnet;
    }
    return IpPrefix{lowest, 24}; // what is behind the route that overlaps is then out of reach
}

RelayOrder relay_order(RelayProgram program, const std::string& path, const std::vector<PublishedPort>& ports,
                       const RelayGround& ground)
{
    return program == RelayProgram::pasta ? pasta_order(path, ports, ground)
                                          : slirp4netns_order(path, ports, ground);
}

std::string to_json(const RelayOrder& order)
{
    return json_text(Json{{"program", order.program},
                          {"arguments", order.arguments},
                          {"inside", order.is_inside},
                          {"requests", order.requests}});
}

std::vector<IpAddress> relay_addresses(RelayProgram program, const RelayGround& ground)
{
    std::vector<IpAddress> addresses{address_in(ground.subnet, container_number)};
    // slirp4netns leaves the choice of the other to the kernel.
    if (program == RelayProgram::pasta && ground.has_default_route)
        addresses.push_back(address_in_v6(container_number));
    return addresses;
}

std::string relay_resolv_conf(RelayProgram program, const RelayGround& ground)
{
    const NameServers servers = name_servers_of(ground);
    if (program == RelayProgram::pasta && !servers.within_reach.empty())
        return servers.within_reach + servers.rest;
    const IpAddress resolver =
        program == RelayProgram::pasta ? servers.forwarded : address_in(ground.subnet, resolver_number);
    return "nameserver " + resolver.text() + '\n' + servers.rest;
}

} // namespace slipway::engine
