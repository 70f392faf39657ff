// SPDX-License-Identifier: LGPL-2.1-or-later
// Checks of ports: that no two containers would have the same one of the host.
#include "compose/check.hpp"
#include "compose/place.hpp"

#include <algorithm>
#include <tuple>

namespace slipway::compose {

namespace {

struct Claim {
    const Service* service;
    const Port* port;
};

// What is published one for one; a single port on a range takes any that is free.
bool is_fixed(const Port& port)
{
    return port.published && port.published->size() == port.target.size();
}

bool shares_address(const Port& one, const Port& other)
{
    if (one.host_address.empty() || other.host_address.empty() || one.host_address == other.host_address)
        return true;
    // "0.0.0.0" is all addresses of IPv4, "::" those of IPv6.
    const bool is_v6 = one.host_address.find(':') != std::string::npos;
    const std::string any = is_v6 ? "::" : "0.0.0.0";
    return is_v6 == (other.host_address.find(':') != std::string::npos) &&
           (one.host_address == any || other.host_address == any);
}

// The names that lead to the port in the model: to its entry where that is in the short form.
std::vector<std::string> place_of(const YamlNode& model, const Claim& claim)
{
    std::vector<std::string> names{"services", claim.service->name, "ports"};
    const YamlNode* node = &model;
    for (const std::string& name : names)
        node = node != nullptr ? node->find(name) : nullptr;
    if (node == nullptr)
        return names;
    for (const YamlNode& entry : node->list)
        if (const Result<Port> port = parse_port(entry.text); port && port.value() == *claim.port) {
            names.push_back(entry.text);
            break;
        }
    return names;
}

std::string range_text(const PortRange& range)
{
    return range.size() == 1 ? std::to_string(range.first)
                             : std::to_string(range.first) + "-" + std::to_string(range.last);
}

} // namespace

void check_ports(const Project& project, const YamlNode& model)
{
    constexpr std::size_t limit = 4096;
    std::vector<Claim> claims;
    for (const auto& [name, service] : project.services) {
        if (!service.is_enabled)
            continue;
        for (const Port& port : service.ports) {
            if (!is_fixed(port))
                continue;
            if (service.deploy.replicas > 1)
                refuse_at(model, place_of(model, {&service, &port}),
                          std::to_string(service.deploy.replicas) +
                              " containers cannot all have the host's port " + range_text(*port.published));
            claims.push_back({&service, &port});
        }
        // Each is compared with those that it overlaps.
        if (claims.size() > limit)
            refuse_at(model, {"services", name, "ports"},
                      "more than " + std::to_string(limit) + " ports are published");
    }
    std::ranges::stable_sort(claims, {}, [](const Claim& claim) {
        return std::tuple{claim.port->protocol, claim.port->published->first};
    });
    for (auto one = claims.begin(); one != claims.end(); ++one)
        for (auto other = one + 1; other != claims.end() && other->port->protocol == one->port->protocol &&
                                   other->port->published->first <= one->port->published->last;
             ++other)
            if (shares_address(*one->port, *other->port))
                refuse_at(model, place_of(model, *other),
                          "the host's port " + range_text(*other->port->published) + "/" +
                              other->port->protocol + " is published by " +
                              (one->service == other->service
                                   ? "another entry"
                                   : "the service " + in_quotes(one->service->name)) +
                              " too");
}

} // namespace slipway::compose
