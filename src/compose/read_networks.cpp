// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers of networks: those of the project, and how a service is on them.
#include "base/ip_address.hpp"
#include "compose/read_parts.hpp"

namespace slipway::compose::read {

namespace {

std::string address_text(const Value& value)
{
    std::string found = text(value);
    if (!found.empty() && !IpAddress::parse(found))
        value.refuse(in_quotes(found) + " is no IP address");
    return found;
}

std::string address_of(const Value& value, IpFamily family)
{
    std::string found = address_text(value);
    if (!found.empty() && IpAddress::parse(found).value().family() != family)
        value.refuse(in_quotes(found) + " is an address of the other version of IP");
    return found;
}

std::string prefix_text(const Value& value)
{
    std::string found = text(value);
    if (!found.empty() && !IpPrefix::parse(found))
        value.refuse(in_quotes(found) + " is no subnet such as 172.16.238.0/24");
    return found;
}

NetworkUse network_use(const Value& value)
{
    NetworkUse use;
    Fields fields{value};
    fields.take("aliases", use.aliases, distinct_texts);
    fields.take("ipv4_address", use.ipv4_address,
                [](const Value& each) { return address_of(each, IpFamily::v4); });
    fields.take("ipv6_address", use.ipv6_address,
                [](const Value& each) { return address_of(each, IpFamily::v6); });
    fields.take("link_local_ips", use.link_local_addresses, distinct_texts);
    fields.take("mac_address", use.mac_address, mac_address);
    fields.take("interface_name", use.interface, text);
    fields.take("driver_opts", use.driver_options, options);
    fields.take("priority", use.priority, number);
    fields.take("gw_priority", use.gateway_priority, number);
    fields.finish();
    return use;
}

Subnet subnet(const Value& value)
{
    Subnet result;
    Fields fields{value};
    fields.take("subnet", result.subnet, prefix_text);
    fields.take("ip_range", result.range, prefix_text);
    fields.take("gateway", result.gateway, address_text);
    if (const std::optional<Value> reserved = fields.find("aux_addresses"))
        for (const auto& [host, member] : reserved->members())
            result.reserved[host] = address_text(member);
    fields.finish();
    return result;
}

void take_ipam(Fields& of_network, Network& network)
{
    const std::optional<Value> value = of_network.find("ipam");
    if (!value)
        return;
    Fields fields{*value};
    fields.take("driver", network.address_driver, text);
    fields.take("options", network.address_options, options);
    if (const std::optional<Value> config = fields.find("config"))
        for (const Value& entry : config->entries())
            network.subnets.push_back(subnet(entry));
    fields.finish();
}

} // namespace

std::string mac_address(const Value& value)
{
    const std::string found = text(value);
    const Result<MacAddress> address = MacAddress::parse(found);
    if (!address)
        value.refuse(in_quotes(found) + " is no MAC address of one interface, such as 02:42:ac:11:00:02");
    return address.value().text();
}

std::map<std::string, NetworkUse> network_uses(const Value& value)
{
    std::map<std::string, NetworkUse> uses;
    if (value.node().is_list()) {
        for (const Value& entry : value.entries())
            uses[word(entry)];
        return uses;
    }
    for (const auto& [name, member] : value.members(Value::Keys::of_specification))
        uses[name] = network_use(member);
    return uses;
}

Network network(const std::string& key, const Value& value, const std::string& project)
{
    Network network;
    network.key = key;
    Fields fields{value};
    take_name(fields, project, network.key, network.name, network.is_external);
    fields.take("driver", network.driver, text);
    fields.take("driver_opts", network.driver_options, options);
    fields.take("labels", network.labels, labels);
    take_ipam(fields, network);
    fields.take("internal", network.is_internal, flag);
    fields.take("attachable", network.is_attachable, flag);
    fields.take("enable_ipv4", network.has_ipv4, flag);
    fields.take("enable_ipv6", network.has_ipv6, flag);
    fields.finish();
    return network;
}

} // namespace slipway::compose::read
