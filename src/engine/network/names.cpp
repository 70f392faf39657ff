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

} // namespace

std::vector<names::Record> records_of(const NamedMember& member)
{
    std::vector<names::Record> records;
    std::vector<std::string> own{member.name};
    own.insert(own.end(), member.connection.aliases.begin(), member.connection.aliases.end());
    const std::string first = in_domain(member.name);
    for (const std::string& name : own) {
        for (const std::optional<IpAddress>& address : {member.addresses.ip4, member.addresses.ip6})
            if (address)
                records.push_back({in_domain(name), *address});
        for (const Port& port : member.ports)
            records.push_back({"_" + std::to_string(port.number) + "._" +
                                   std::string{protocol_name(port.protocol)} + '.' + in_domain(name),
                               names::Service{first, port.number}});
    }
    for (const std::optional<IpAddress>& address : {member.addresses.ip4, member.addresses.ip6})
        if (address)
            records.push_back({reverse_name(*address), names::Pointer{first}});
    return records;
}

void Names::open(const std::string& network, const NetworkSettings& settings)
{
    if (logs_.contains(network))
        return;
    std::filesystem::create_directories(directory_);
    names::Head head{name_domain, network, {}};
    for (const Subnet& subnet : settings.subnets)
        head.subnets.push_back(subnet.prefix);
    logs_.emplace(network, std::make_unique<names::LogWriter>(directory_ / network, std::move(head)));
}

void Names::set(const std::string& network, const NamedMember& member)
{
    if (const auto log = logs_.find(network); log != logs_.end())
        log->second->set(member.id, records_of(member));
}

void Names::unset(const std::string& network, const std::string& container)
{
    if (const auto log = logs_.find(network); log != logs_.end())
        log->second->unset(container);
}

void Names::replace(const std::string& network, const std::vector<NamedMember>& members)
{
    const auto log = logs_.find(network);
    if (log == logs_.end())
        return;
    names::Contents contents;
    for (const NamedMember& member : members)
        contents[member.id] = records_of(member);
    log->second->replace(std::move(contents));
}

void Names::remove(const std::string& network)
{
    logs_.erase(network);
    std::error_code error;
    std::filesystem::remove(directory_ / network, error);
}

} // namespace slipway::engine
