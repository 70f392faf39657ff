// SPDX-License-Identifier: LGPL-2.1-or-later
// What is there already, held against what was asked for.
#include "slipway/existing.hpp"

#include "base/ip_address.hpp"
#include "base/json.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

using Pairs = std::map<std::string, std::string>;

std::optional<std::string> find_other(const Pairs& wished, const Pairs& there, const char* what)
{
    for (const auto& [key, value] : wished)
        if (const auto found = there.find(key); found == there.end() || found->second != value)
            return std::string{what}.append(" ").append(key).append("=").append(value);
    return std::nullopt;
}

// As the engine writes it.
std::string subnet_text(const std::string& text)
{
    const Result<IpPrefix> prefix = IpPrefix::parse(text);
    return prefix ? prefix.value().network().text() : text;
}

std::string address_text(const std::string& text)
{
    const Result<IpAddress> address = IpAddress::parse(text);
    return address ? address.value().text() : text;
}

} // namespace

std::optional<std::string> find_difference(const client::NetworkSettings& wish,
                                           const client::NetworkInfo& info)
{
    if (const std::string driver = wish.driver.value_or("bridge"); driver != info.driver)
        return "driver " + driver;
    if (wish.is_internal != info.is_internal)
        return wish.is_internal ? "an end at itself (--internal)" : "a way out (no --internal)";
    if (wish.interface && *wish.interface != info.interface)
        return "interface " + *wish.interface;
    for (const std::string& subnet : wish.subnets)
        if (std::none_of(info.subnets.begin(), info.subnets.end(),
                         [&](const auto& pair) { return pair.first == subnet_text(subnet); }))
            return "subnet " + subnet;
    for (const std::string& gateway : wish.gateways)
        if (std::none_of(info.subnets.begin(), info.subnets.end(),
                         [&](const auto& pair) { return pair.second == address_text(gateway); }))
            return "gateway " + gateway;
    return find_other(wish.labels, info.labels, "label");
}

std::optional<std::string> find_difference(const Pairs& labels, const Pairs& options,
                                           const std::string& description)
{
    const Json json = parse_json(description);
    const auto pairs_of = [&json](const char* key) {
        const auto found = json.find(key);
        return json.is_object() && found != json.end() && found->is_object() ? found->get<Pairs>() : Pairs{};
    };
    if (std::optional<std::string> other = find_other(options, pairs_of("Options"), "option"))
        return other;
    return find_other(labels, pairs_of("Labels"), "label");
}

void require_same(const std::string& what, const std::optional<std::string>& difference)
{
    if (difference)
        throw Failure{ErrorCode::name_taken, what + " is there already, without " + *difference +
                                                 "; choose another name, or remove it first"};
}

} // namespace slipway::cli
