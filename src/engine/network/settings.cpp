// SPDX-License-Identifier: LGPL-2.1-or-later
// NetworkSettings: JSON, and a caller's words checked against each other and the host.
#include "engine/network/settings.hpp"

#include "base/json.hpp"
#include "engine/network/subnets.hpp"

#include <algorithm>
#include <array>
#include <net/if.h>
#include <utility>

namespace slipway::engine {

namespace {

constexpr std::size_t name_limit = 63;
// Two less than the kernel's: the bridge's own port is called like it and ".0".
constexpr std::size_t interface_limit = IFNAMSIZ - 1 - 2;
constexpr std::uint32_t least_mtu = 1280; // of IPv6 (RFC 8200, section 5)
constexpr std::uint32_t greatest_mtu = 65535;

constexpr std::array drivers{
    std::pair{NetworkDriver::bridge, std::string_view{"bridge"}},
    std::pair{NetworkDriver::macvlan, std::string_view{"macvlan"}},
    std::pair{NetworkDriver::ipvlan, std::string_view{"ipvlan"}},
};
constexpr std::array macvlan_modes{"bridge", "private", "vepa", "passthru"};
constexpr std::array ipvlan_modes{"l2", "l3", "l3s"};

NetworkDriver parse_driver(std::string_view word)
{
    if (word.empty())
        return NetworkDriver::bridge;
    for (const auto& [driver, name] : drivers)
        if (name == word)
            return driver;
    throw Failure{ErrorCode::invalid_argument,
                  "there is no network driver '" + std::string{word} + "' (bridge, macvlan, ipvlan)"};
}

template <std::size_t size>
std::string parse_mode(const std::string& word, const std::array<const char*, size>& modes)
{
    if (word.empty())
        return modes.front();
    std::string all;
    for (const char* mode : modes) {
        if (word == mode)
            return word;
        all += (all.empty() ? "" : ", ") + std::string{mode};
    }
    throw Failure{ErrorCode::invalid_argument, "there is no mode '" + word + "' (" + all + ")"};
}

bool is_interface_name(const std::string& name, std::size_t limit)
{
    return !name.empty() && name.size() <= limit && name != "." && name != ".." &&
           name.find_first_of("/: \t\n%\"") == std::string::npos;
}

// "swNAME", cut short and numbered where need be.
std::string choose_interface(const std::string& name, const std::set<std::string>& taken)
{
    std::string chosen = ("sw" + name).substr(0, interface_limit);
    for (unsigned number = 1; taken.contains(chosen); ++number) {
        const std::string suffix = "-" + std::to_string(number);
        chosen = ("sw" + name).substr(0, interface_limit - suffix.size()).append(suffix);
    }
    return chosen;
}

void read_bridge(const std::string& name, const NetworkSpec& spec, const Surveyed& surveyed,
                 NetworkSettings& settings)
{
    if (!spec.options.empty())
        throw Failure{ErrorCode::invalid_argument,
                      "the driver bridge has no option '" + spec.options.begin()->first + "'"};
    settings.interface =
        spec.interface.empty() ? choose_interface(name, surveyed.interfaces) : spec.interface;
    if (!is_interface_name(settings.interface, interface_limit))
        throw Failure{ErrorCode::invalid_argument,
                      "'" + settings.interface + "' is no name of an interface (13 characters at most)"};
    if (surveyed.interfaces.contains(settings.interface))
        throw Failure{ErrorCode::name_taken,
                      "there is an interface " + settings.interface + " already (choose another name)"};
}

void read_parent(const NetworkSpec& spec, NetworkSettings& settings)
{
    const std::string driver{driver_name(settings.driver)};
    std::string mode;
    for (const auto& [key, value] : spec.options)
        if (key == "parent")
            settings.interface = value;
        else if (key == "mode" || key == driver + "_mode")
            mode = value;
        else
            throw Failure{ErrorCode::invalid_argument, std::string{"the driver "}
                                                           .append(driver)
                                                           .append(" has no option '")
                                                           .append(key)
                                                           .append("' (parent, mode)")};
    if (!spec.interface.empty())
        throw Failure{ErrorCode::invalid_argument, "a bridge alone has an interface of its own"};
    if (!is_interface_name(settings.interface, IFNAMSIZ - 1))
        throw Failure{ErrorCode::invalid_argument,
                      "the driver " + driver + " needs an interface of the host's (--opt parent=eth0)"};
    settings.mode = settings.driver == NetworkDriver::macvlan ? parse_mode(mode, macvlan_modes)
                                                              : parse_mode(mode, ipvlan_modes);
}

Json subnet_json(const Subnet& subnet)
{
    Json json{{"prefix", subnet.prefix.text()}, {"gateway", subnet.gateway.text()}};
    if (subnet.range)
        json["range"] = subnet.range->text();
    return json;
}

Subnet read_subnet(const Json& json)
{
    Subnet subnet;
    subnet.prefix = IpPrefix::parse(json.at("prefix").get<std::string>()).value();
    subnet.gateway = IpAddress::parse(json.at("gateway").get<std::string>()).value();
    if (json.contains("range"))
        subnet.range = IpPrefix::parse(json.at("range").get<std::string>()).value();
    return subnet;
}

} // namespace

const Subnet* NetworkSettings::find_subnet(IpFamily family) const
{
    const auto found = std::find_if(subnets.begin(), subnets.end(), [family](const Subnet& subnet) {
        return subnet.prefix.address().family() == family;
    });
    return found == subnets.end() ? nullptr : &*found;
}

void check_network_name(std::string_view name)
{
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    };
    const bool is_label = !name.empty() && name.size() <= name_limit && name.front() != '-' &&
                          name.front() != '_' && std::all_of(name.begin(), name.end(), is_good);
    if (!is_label)
        throw Failure{ErrorCode::invalid_name,
                      "not a network's name: '" + std::string{name} +
                          "' (1 to 63 letters, digits, '_' and '-', the first a letter or digit)"};
    for (const char* word : {"host", "none", "container", "ns", "bridge", "pasta", "slirp4netns"})
        if (name == word)
            throw Failure{ErrorCode::invalid_name,
                          "'" + std::string{name} +
                              "' means something else already where networks are named"};
}

NetworkSettings complete(const std::string& name, const NetworkSpec& spec, const Surveyed& surveyed)
{
    NetworkSettings settings;
    settings.driver = parse_driver(spec.driver);
    settings.is_internal = spec.is_internal;
    settings.labels = spec.labels;
    settings.mtu = spec.mtu;
    if (spec.mtu != 0 && (spec.mtu < least_mtu || spec.mtu > greatest_mtu))
        throw Failure{ErrorCode::invalid_argument,
                      "a network's MTU is from 1280 to 65535, not " + std::to_string(spec.mtu)};
    if (settings.driver == NetworkDriver::bridge)
        read_bridge(name, spec, surveyed, settings);
    else
        read_parent(spec, settings);
    settings.subnets = choose_subnets(spec, settings.driver, surveyed);
    return settings;
}

std::string_view driver_name(NetworkDriver driver)
{
    for (const auto& [candidate, name] : drivers)
        if (candidate == driver)
            return name;
    return "unknown";
}

std::string to_json(const NetworkSettings& settings)
{
    Json subnets = Json::array();
    for (const Subnet& subnet : settings.subnets)
        subnets.push_back(subnet_json(subnet));
    return json_text(Json{{"driver", driver_name(settings.driver)},
                          {"interface", settings.interface},
                          {"mode", settings.mode},
                          {"subnets", subnets},
                          {"internal", settings.is_internal},
                          {"mtu", settings.mtu},
                          {"labels", settings.labels}});
}

NetworkSettings parse_network_settings(std::string_view text)
{
    const Json json = parse_json(text);
    NetworkSettings settings;
    settings.driver = parse_driver(json.at("driver").get<std::string>());
    json.at("interface").get_to(settings.interface);
    json.at("mode").get_to(settings.mode);
    for (const Json& subnet : json.at("subnets"))
        settings.subnets.push_back(read_subnet(subnet));
    json.at("internal").get_to(settings.is_internal);
    json.at("mtu").get_to(settings.mtu);
    json.at("labels").get_to(settings.labels);
    return settings;
}

} // namespace slipway::engine
