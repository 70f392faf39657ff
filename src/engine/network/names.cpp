// SPDX-License-Identifier: LGPL-2.1-or-later
// Names: what a container is called on a network.
#include "engine/network/names.hpp"

#include "engine/container/name_files.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace slipway::engine {

namespace {

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

std::string in_domain(const std::string& name)
{
    return lower(name) + '.' + name_domain;
}

// RFC 1035, section 3.5, and RFC 3596, section 2.5.
std::string reverse_name(const IpAddress& address)
{
    const std::span<const std::uint8_t> bytes = address.bytes();
    std::string name;
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
        if (address.is_v4()) {
            name += std::to_string(*byte) + '.';
            continue;
        }
        constexpr std::string_view digits = "0123456789abcdef";
        name += {digits[*byte & 0xfU], '.', digits[*byte >> 4U], '.'};
    }
    return name + (address.is_v4() ? "in-addr.arpa" : "ip6.arpa");
}

// Owners in the log that are no containers.
constexpr const char* static_owner = "static";
constexpr const char* zone_owner = "zone";

// One label, whatever the dots in it (RFC 6763, 4.3).
std::string as_label(const std::string& name)
{
    std::string label;
    for (const char c : lower(name))
        label += c == '.' ? std::string{"\\."} : std::string{c};
    return label;
}

// What is no TCP is browsed as UDP (RFC 6763, 7).
std::string browsing_type(const std::string& service, Protocol protocol)
{
    return "_" + lower(service) + (protocol == Protocol::tcp ? "._tcp." : "._udp.") + name_domain;
}

void add_services(const NamedMember& member, std::vector<ReasonedRecord>& records)
{
    for (const auto& [port, service] : member.services) {
        const std::string type = browsing_type(service, port.protocol);
        const std::string instance = as_label(member.name) + '.' + type;
        const std::string reason = "port " + port.text();
        records.push_back({{browsing_type("services._dns-sd", Protocol::udp), names::Pointer{type}}, reason});
        records.push_back({{type, names::Pointer{instance}}, reason});
        records.push_back({{instance, names::Service{in_domain(member.name), port.number}}, reason});
        // None but the one that must be there (RFC 6763, 6.1).
        records.push_back({{instance, names::Texts{{""}}}, reason});
    }
}

std::vector<names::Record> without_reasons(std::vector<ReasonedRecord> reasoned)
{
    std::vector<names::Record> records;
    records.reserve(reasoned.size());
    for (ReasonedRecord& one : reasoned)
        records.push_back(std::move(one.record));
    return records;
}

names::Outlook outlook_of(const NamedMember& member)
{
    names::Outlook outlook;
    if (member.others.empty())
        return outlook;
    outlook.networks = member.others;
    for (const std::optional<IpAddress>& address : {member.addresses.ip4, member.addresses.ip6})
        if (address)
            outlook.from.push_back(*address);
    return outlook;
}

} // namespace

std::vector<ReasonedRecord> reasoned_records_of(const NamedMember& member)
{
    std::vector<ReasonedRecord> records;
    const std::string first = in_domain(member.name);
    const auto add = [&](const std::string& name, const char* reason) {
        for (const std::optional<IpAddress>& address : {member.addresses.ip4, member.addresses.ip6})
            if (address)
                records.push_back({{in_domain(name), *address}, reason});
        for (const Port& port : member.ports)
            records.push_back({{"_" + std::to_string(port.number) + "._" +
                                    std::string{protocol_name(port.protocol)} + '.' + in_domain(name),
                                names::Service{first, port.number}},
                               "port " + port.text()});
    };
    add(member.name, "name");
    for (const std::string& name : member.connection.aliases)
        add(name, "alias");
    for (const std::string& name : member.group_names)
        add(name, "group");
    for (const std::optional<IpAddress>& address : {member.addresses.ip4, member.addresses.ip6})
        if (address)
            records.push_back({{reverse_name(*address), names::Pointer{first}}, "address"});
    add_services(member, records);
    return records;
}

std::vector<names::Record> records_of(const NamedMember& member)
{
    return without_reasons(reasoned_records_of(member));
}

std::vector<ReasonedRecord> records_of_the_zone()
{
    std::vector<ReasonedRecord> records;
    for (const char* kind : {"b", "lb"}) // RFC 6763, 11
        records.push_back(
            {{std::string{kind} + "._dns-sd._udp." + name_domain, names::Pointer{name_domain}}, "network"});
    return records;
}

void Names::open(const std::string& network, const NetworkSettings& settings)
{
    if (logs_.contains(network))
        return;
    std::filesystem::create_directories(directory_);
    names::Head head{name_domain, network, {}, !settings.is_internal};
    for (const Subnet& subnet : settings.subnets)
        head.subnets.push_back(subnet.prefix);
    logs_.emplace(network, std::make_unique<names::LogWriter>(directory_ / network, std::move(head)));
}

void Names::set(const std::string& network, const NamedMember& member)
{
    if (const auto log = logs_.find(network); log != logs_.end())
        log->second->set(member.id, records_of(member), outlook_of(member));
}

void Names::unset(const std::string& network, const std::string& container)
{
    if (const auto log = logs_.find(network); log != logs_.end())
        log->second->unset(container);
}

void Names::set_static(const std::string& network, std::vector<names::Record> fixed)
{
    if (const auto log = logs_.find(network); log != logs_.end())
        log->second->set(static_owner, std::move(fixed));
}

std::vector<names::Record> Names::addresses() const
{
    std::vector<names::Record> found;
    for (const auto& [network, log] : logs_)
        for (const auto& [owner, holding] : log->contents())
            for (const names::Record& record : holding.records)
                if (std::holds_alternative<IpAddress>(record.data))
                    found.push_back(record);
    return found;
}

void Names::replace(const std::string& network, const std::vector<NamedMember>& members,
                    std::vector<names::Record> fixed)
{
    const auto log = logs_.find(network);
    if (log == logs_.end())
        return;
    names::Contents contents;
    for (const NamedMember& member : members)
        contents[member.id] = {records_of(member), outlook_of(member)};
    contents[static_owner] = std::move(fixed);
    contents[zone_owner] = without_reasons(records_of_the_zone());
    log->second->replace(std::move(contents));
}

void Names::remove(const std::string& network)
{
    logs_.erase(network);
    std::error_code error;
    std::filesystem::remove(directory_ / network, error);
}

} // namespace slipway::engine
