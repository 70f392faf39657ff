// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers of ports and exposed ports.
#include "compose/read_parts.hpp"

#include <algorithm>

namespace slipway::compose::read {

namespace {

constexpr std::size_t port_limit = 4096;

Port long_port(const Value& value)
{
    Port port;
    Fields fields{value};
    const auto range = [](const Value& each) { return parsed(each, parse_port_range); };
    fields.take("target", port.target, range);
    if (const auto published = fields.find("published");
        published && !text(*published).empty() && text(*published) != "0")
        port.published = range(*published);
    fields.take("host_ip", port.host_address, text);
    fields.take("protocol", port.protocol, [](const Value& each) { return parsed(each, parse_protocol); });
    fields.take("app_protocol", port.application, text);
    fields.take("name", port.name, text);
    fields.unheeded("mode", "ports are always published on this machine");
    fields.finish();
    if (!fields.find("target"))
        fields.refuse("has no target, the port in the container");
    Result<Port> checked = checked_port(std::move(port));
    if (!checked)
        value.refuse(checked.failure().message());
    return std::move(checked).value();
}

bool is_same_port(const Port& one, const Port& other)
{
    return one.target == other.target && one.published == other.published &&
           one.host_address == other.host_address && one.protocol == other.protocol;
}

} // namespace

std::vector<Port> ports(const Value& value)
{
    std::vector<Port> result;
    for (const Value& entry : value.entries()) {
        Port port = entry.node().is_mapping() ? long_port(entry) : parsed(entry, parse_port);
        const auto same =
            std::ranges::find_if(result, [&](const Port& each) { return is_same_port(each, port); });
        if (same == result.end())
            result.push_back(std::move(port));
        else
            *same = std::move(port);
        if (result.size() > port_limit)
            value.refuse("has more than " + std::to_string(port_limit) + " entries");
    }
    return result;
}

std::vector<ExposedPort> exposed_ports(const Value& value)
{
    std::vector<ExposedPort> result;
    for (const Value& entry : value.entries()) {
        const ExposedPort port = parsed(entry, parse_exposed_port);
        if (std::ranges::find(result, port) == result.end())
            result.push_back(port);
        if (result.size() > port_limit)
            value.refuse("has more than " + std::to_string(port_limit) + " entries");
    }
    return result;
}

} // namespace slipway::compose::read
