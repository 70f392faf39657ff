// SPDX-License-Identifier: LGPL-2.1-or-later
// NetworkPlan: wishes checked against each other, and JSON.
#include "engine/network/connection.hpp"

#include "base/failure.hpp"
#include "engine/network/relay.hpp"

#include <algorithm>
#include <array>
#include <net/if.h>
#include <utility>

namespace slipway::engine {

namespace {

constexpr std::array kinds{
    std::pair{NetworkKind::own, std::string_view{"own"}},
    std::pair{NetworkKind::none, std::string_view{"none"}},
    std::pair{NetworkKind::host, std::string_view{"host"}},
    std::pair{NetworkKind::container, std::string_view{"container"}},
    std::pair{NetworkKind::path, std::string_view{"path"}},
    std::pair{NetworkKind::relay, std::string_view{"relay"}},
};

bool is_label(std::string_view text)
{
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    };
    return !text.empty() && text.size() <= 63 && text.front() != '-' &&
           std::all_of(text.begin(), text.end(), is_good);
}

IpAddress parse_address(std::string_view text, IpFamily family)
{
    const IpAddress address = IpAddress::parse(text).value();
    if (address.family() != family)
        throw Failure{ErrorCode::invalid_argument, "'" + std::string{text} + "' is no IPv" +
                                                       (family == IpFamily::v4 ? "4" : "6") + " address"};
    return address;
}

std::string parse_interface(std::string_view text)
{
    if (text.empty() || text.size() >= IFNAMSIZ || text == "." || text == ".." || text == "lo" ||
        text.find_first_of("/: \t\n%") != std::string_view::npos)
        throw Failure{ErrorCode::invalid_argument,
                      "'" + std::string{text} + "' is no name of an interface (15 characters at most)"};
    return std::string{text};
}

void take_option(std::string_view word, Connection& connection)
{
    const std::size_t equals = word.find('=');
    const std::string_view key = word.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
    if (key == "ip") {
        connection.ip4 = parse_address(value, IpFamily::v4);
    } else if (key == "ip6") {
        connection.ip6 = parse_address(value, IpFamily::v6);
    } else if (key == "mac") {
        connection.mac = MacAddress::parse(value).value();
    } else if (key == "interface" || key == "interface_name") {
        connection.interface = parse_interface(value);
    } else if (key == "alias") {
        if (!is_label(value))
            throw Failure{ErrorCode::invalid_argument,
                          "'" + std::string{value} +
                              "' is no alias (letters, digits, '-' and '_', 63 at most)"};
        connection.aliases.emplace_back(value);
    } else {
        throw Failure{ErrorCode::unknown_option,
                      "a network has no option '" + std::string{key} + "' (ip, ip6, mac, alias, interface)"};
    }
}

// What is instead of networks; nothing for a network's name.
std::optional<NetworkKind> find_kind(std::string_view word, std::string& other)
{
    if (word == "none")
        return NetworkKind::none;
    if (word == "host")
        return NetworkKind::host;
    if (find_relay(word)) {
        other = word;
        return NetworkKind::relay;
    }
    constexpr std::string_view container = "container:";
    constexpr std::string_view path = "ns:";
    if (word.starts_with(container)) {
        other = word.substr(container.size());
        return NetworkKind::container;
    }
    if (word.starts_with(path)) {
        other = word.substr(path.size());
        if (!other.starts_with('/'))
            throw Failure{ErrorCode::invalid_argument, "ns: wants an absolute path, not '" + other + "'"};
        return NetworkKind::path;
    }
    return std::nullopt;
}

bool has_interface(const std::vector<Connection>& connections, const std::string& name)
{
    return std::any_of(connections.begin(), connections.end(),
                       [&name](const Connection& other) { return other.interface == name; });
}

std::string free_interface(const std::vector<Connection>& connections)
{
    unsigned number = 0;
    while (has_interface(connections, "eth" + std::to_string(number)))
        ++number;
    return "eth" + std::to_string(number);
}

unsigned free_slot(const std::vector<Connection>& connections)
{
    unsigned slot = 0;
    while (std::any_of(connections.begin(), connections.end(),
                       [slot](const Connection& other) { return other.slot == slot; }))
        ++slot;
    return slot;
}

void read_networks(const std::vector<std::string>& words, NetworkPlan& plan)
{
    std::vector<Connection> wished;
    for (const std::string& word : words) {
        if (const std::optional<NetworkKind> kind = find_kind(word, plan.other)) {
            if (words.size() > 1)
                throw Failure{ErrorCode::invalid_argument, "'" + word + "' goes with no other network"};
            plan.kind = *kind;
            return;
        }
        wished.push_back(parse_connection(word));
    }
    // Those that ask for an interface first, so that they get it; the order stays.
    NetworkPlan named;
    for (const Connection& connection : wished)
        if (!connection.interface.empty())
            add(named, connection);
    for (Connection& connection : wished) {
        if (connection.interface.empty()) {
            connection.interface = free_interface(named.connections);
            add(named, connection);
        }
        add(plan, connection);
    }
}

// No word of theirs may be a line of its own.
void check_word(const std::string& word, const char* what)
{
    if (word.empty() || word.find_first_of(" \t\n\r") != std::string::npos)
        throw Failure{ErrorCode::invalid_argument, "'" + word + "' is no " + what};
}

void read_resolver(const NetworkWish& wish, NetworkPlan& plan)
{
    for (const std::string& server : wish.name_servers)
        IpAddress::parse(server).value();
    for (const std::string& domain : wish.search_domains)
        check_word(domain, "domain to search");
    for (const std::string& option : wish.resolver_options)
        check_word(option, "option of resolv.conf");
    for (const std::string& word : wish.hosts) {
        const std::size_t colon = word.find_first_of(":=");
        if (colon == std::string::npos)
            throw Failure{ErrorCode::invalid_argument, "'" + word + "' is no NAME:ADDRESS"};
        check_word(word.substr(0, colon), "name of a host");
        if (word.substr(colon + 1) != "host-gateway")
            IpAddress::parse(word.substr(colon + 1)).value();
    }
    plan.name_servers = wish.name_servers;
    plan.search_domains = wish.search_domains;
    plan.resolver_options = wish.resolver_options;
    plan.hosts = wish.hosts;
}

void read_traffic(const NetworkWish& wish, NetworkPlan& plan)
{
    for (const std::vector<std::string>* words : {&wish.allowed_peers, &wish.denied_peers})
        for (const std::string& word : *words)
            parse_peers(word);
    plan.allowed_peers = wish.allowed_peers;
    plan.denied_peers = wish.denied_peers;
    if (wish.bandwidth.empty())
        return;
    if (plan.kind != NetworkKind::own)
        throw Failure{ErrorCode::invalid_argument,
                      "a bandwidth is of a network of its own, not of '" + wish.networks.front() + "'"};
    plan.bandwidth = parse_bandwidth(wish.bandwidth);
}

void read_ports(const NetworkWish& wish, NetworkPlan& plan)
{
    for (const std::string& word : wish.ports)
        for (const PublishedPort& port : parse_published(word)) {
            for (const PublishedPort& other : plan.ports)
                if (collide(port, other))
                    throw Failure{ErrorCode::invalid_argument,
                                  "two ports are published as the host's " + std::to_string(port.host_port)};
            plan.ports.push_back(port);
        }
    if (!wish.publishes_all)
        return;
    for (const Port& port : plan.exposed)
        if (std::none_of(plan.ports.begin(), plan.ports.end(),
                         [&port](const PublishedPort& other) { return other.port == port; }))
            plan.ports.push_back({{}, 0, true, port});
}

} // namespace

Connection parse_connection(std::string_view text)
{
    const std::size_t colon = text.find(':');
    Connection connection;
    connection.network = text.substr(0, colon);
    if (connection.network == "bridge")
        connection.network = default_network;
    std::string_view rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        take_option(rest.substr(0, comma), connection);
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return connection;
}

Connection complete(const std::string& network, const ConnectionWish& wish)
{
    Connection connection;
    connection.network = network;
    const std::pair<const char*, const std::string*> words[]{
        {"ip=", &wish.ip4}, {"ip6=", &wish.ip6}, {"mac=", &wish.mac}, {"interface=", &wish.interface}};
    for (const auto& [key, value] : words)
        if (!value->empty())
            take_option(key + *value, connection);
    for (const std::string& alias : wish.aliases)
        take_option("alias=" + alias, connection);
    return connection;
}

void add(NetworkPlan& plan, Connection connection)
{
    constexpr unsigned most = 36; // a letter or digit of a port's name is the slot's
    for (const Connection& other : plan.connections)
        if (other.network == connection.network)
            throw Failure{ErrorCode::invalid_argument,
                          "the network " + connection.network + " is named twice, or is its already"};
    if (connection.interface.empty())
        connection.interface = free_interface(plan.connections);
    else if (has_interface(plan.connections, connection.interface))
        throw Failure{ErrorCode::invalid_argument, "two networks have the interface " + connection.interface};
    connection.slot = free_slot(plan.connections);
    if (connection.slot >= most)
        throw Failure{ErrorCode::invalid_argument, "a container has 36 networks at most"};
    plan.connections.push_back(std::move(connection));
}

NetworkPlan complete(const NetworkWish& wish, const std::vector<std::string>& image_ports)
{
    NetworkPlan plan;
    plan.kind = NetworkKind::own;
    if (wish.networks.empty())
        add(plan, parse_connection(default_network));
    else
        read_networks(wish.networks, plan);
    for (const std::string& word : image_ports) {
        try {
            const std::vector<Port> ports = parse_ports(word);
            plan.exposed.insert(plan.exposed.end(), ports.begin(), ports.end());
        } catch (const Failure&) {
            continue; // an image's mistake is no caller's
        }
    }
    for (const std::string& word : wish.exposed) {
        const std::vector<Port> ports = parse_ports(word);
        plan.exposed.insert(plan.exposed.end(), ports.begin(), ports.end());
    }
    std::sort(plan.exposed.begin(), plan.exposed.end());
    plan.exposed.erase(std::unique(plan.exposed.begin(), plan.exposed.end()), plan.exposed.end());
    read_ports(wish, plan);
    read_resolver(wish, plan);
    read_traffic(wish, plan);
    const bool may_publish = plan.kind == NetworkKind::own || plan.kind == NetworkKind::relay;
    if (!may_publish && !wish.ports.empty())
        throw Failure{ErrorCode::invalid_argument,
                      "ports are published of a container with a network of its own, not with '" +
                          wish.networks.front() + "'"};
    if (!may_publish)
        plan.ports.clear();
    return plan;
}

std::string mode_of(const NetworkPlan& plan)
{
    switch (plan.kind) {
    case NetworkKind::own:
        return plan.connections.empty() ? "none" : plan.connections.front().network;
    case NetworkKind::host:
        return "host";
    case NetworkKind::container:
        return "container:" + plan.other;
    case NetworkKind::path:
        return "ns:" + plan.other;
    case NetworkKind::relay:
        return plan.other.empty() ? default_network : plan.other;
    case NetworkKind::none:
        break;
    }
    return "none";
}

void to_json(Json& json, const Connection& connection)
{
    json =
        Json{{"network", connection.network}, {"interface", connection.interface}, {"slot", connection.slot}};
    if (!connection.aliases.empty())
        json["aliases"] = connection.aliases;
    if (connection.ip4)
        json["ip"] = connection.ip4->text();
    if (connection.ip6)
        json["ip6"] = connection.ip6->text();
    if (connection.mac)
        json["mac"] = connection.mac->text();
}

void from_json(const Json& json, Connection& connection)
{
    json.at("network").get_to(connection.network);
    json.at("interface").get_to(connection.interface);
    json.at("slot").get_to(connection.slot);
    connection.aliases = json.value("aliases", std::vector<std::string>{});
    if (json.contains("ip"))
        connection.ip4 = IpAddress::parse(json.at("ip").get<std::string>()).value();
    if (json.contains("ip6"))
        connection.ip6 = IpAddress::parse(json.at("ip6").get<std::string>()).value();
    if (json.contains("mac"))
        connection.mac = MacAddress::parse(json.at("mac").get<std::string>()).value();
}

void to_json(Json& json, const NetworkPlan& plan)
{
    const auto kind =
        std::find_if(kinds.begin(), kinds.end(), [&plan](const auto& row) { return row.first == plan.kind; });
    json = Json{{"kind", kind->second}};
    if (!plan.other.empty())
        json["other"] = plan.other;
    if (!plan.connections.empty())
        json["connections"] = plan.connections;
    if (!plan.ports.empty())
        json["ports"] = plan.ports;
    if (!plan.exposed.empty())
        json["exposed"] = plan.exposed;
    const std::pair<const char*, const std::vector<std::string>*> lists[]{
        {"name_servers", &plan.name_servers},         {"search_domains", &plan.search_domains},
        {"resolver_options", &plan.resolver_options}, {"hosts", &plan.hosts},
        {"allowed_peers", &plan.allowed_peers},       {"denied_peers", &plan.denied_peers},
    };
    if (plan.bandwidth != Bandwidth{})
        json["bandwidth"] = {{"down", plan.bandwidth.down}, {"up", plan.bandwidth.up}};
    for (const auto& [key, words] : lists)
        if (!words->empty())
            json[key] = *words;
}

void from_json(const Json& json, NetworkPlan& plan)
{
    const std::string word = json.at("kind").get<std::string>();
    for (const auto& [kind, name] : kinds)
        if (name == word)
            plan.kind = kind;
    plan.other = json.value("other", std::string{});
    plan.connections = json.value("connections", std::vector<Connection>{});
    plan.ports = json.value("ports", std::vector<PublishedPort>{});
    plan.exposed = json.value("exposed", std::vector<Port>{});
    plan.name_servers = json.value("name_servers", std::vector<std::string>{});
    plan.search_domains = json.value("search_domains", std::vector<std::string>{});
    plan.resolver_options = json.value("resolver_options", std::vector<std::string>{});
    plan.hosts = json.value("hosts", std::vector<std::string>{});
    plan.allowed_peers = json.value("allowed_peers", std::vector<std::string>{});
    plan.denied_peers = json.value("denied_peers", std::vector<std::string>{});
    if (const auto bandwidth = json.find("bandwidth"); bandwidth != json.end())
        plan.bandwidth = {bandwidth->at("down").get<std::uint64_t>(),
                          bandwidth->at("up").get<std::uint64_t>()};
}

} // namespace slipway::engine
