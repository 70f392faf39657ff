// SPDX-License-Identifier: LGPL-2.1-or-later
// Addresses: given in turn, from behind the last one on, so that one that was given back rests longest.
#include "engine/network/addresses.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace slipway::engine {

namespace {

// Of an IPv6 network no more is ever looked through.
constexpr unsigned searched_bits = 24;

bool is_reserved(const Subnet& subnet, const IpAddress& address)
{
    if (address == subnet.gateway || address == subnet.prefix.address())
        return true;
    // The broadcast address: the host's part is all ones.
    const std::uint64_t last =
        subnet.prefix.length() >= 32 ? 0 : (std::uint64_t{1} << (32U - subnet.prefix.length())) - 1;
    return address.is_v4() && address == subnet.prefix.address().plus(last);
}

IpAddress claim_asked(store::Networks& rows, const std::string& network, const Subnet& subnet,
                      const IpAddress& address, const std::string& container)
{
    if (!subnet.prefix.contains(address))
        throw Failure{ErrorCode::invalid_argument, address.text() + " is not of the network " + network +
                                                       ", which has " + subnet.prefix.text()};
    if (is_reserved(subnet, address))
        throw Failure{ErrorCode::invalid_argument,
                      address.text() + " is no container's: it is the gateway's, or the network's own"};
    if (!rows.take_address(network, address, container))
        throw Failure{ErrorCode::no_address, address.text() + " of the network " + network +
                                                 " belongs to another container already"};
    return address;
}

// TAKE: makes an address somebody's, if it is nobody's. CURSOR: how far into the network the last one was;
// becomes that of this one.
template <typename Take>
IpAddress find_next(const std::string& network, const Subnet& subnet, std::uint64_t& cursor, Take take)
{
    const IpPrefix range = subnet.range.value_or(subnet.prefix);
    const unsigned width = range.address().is_v4() ? 32 : 128;
    const std::uint64_t count = std::uint64_t{1} << std::min(width - range.length(), searched_bits);
    for (std::uint64_t step = 1; step <= count; ++step) {
        const std::uint64_t offset = (cursor + step) % count;
        const IpAddress address = range.network().address().plus(offset);
        if (!is_reserved(subnet, address) && take(address)) {
            cursor = offset;
            return address;
        }
    }
    throw Failure{ErrorCode::no_address, "no address of the network " + network + " is free (" +
                                             range.text() + "): remove containers, or make a larger network"};
}

// Locally administered (the second lowest bit of the first byte); of addresses that are one's own on the
// network, so it is too.
MacAddress mac_of(const std::optional<IpAddress>& ip4, const std::optional<IpAddress>& ip6)
{
    std::array<std::uint8_t, 6> bytes{0x02, 0x73};
    const std::span<const std::uint8_t> source = ip4 ? ip4->bytes() : ip6->bytes();
    std::copy(source.end() - 4, source.end(), bytes.begin() + 2);
    return MacAddress{bytes};
}

} // namespace

Addresses claim_addresses(store::Networks& rows, const NetworkSettings& settings, const Connection& wish,
                          const std::string& container, const std::set<IpAddress>& promised)
{
    Addresses claimed;
    const std::uint64_t last = rows.at(wish.network).cursor;
    std::uint64_t cursor = last;
    const auto claim = [&](IpFamily family, const std::optional<IpAddress>& asked,
                           std::optional<IpAddress>& address) {
        const Subnet* const subnet = settings.find_subnet(family);
        if (subnet == nullptr && asked)
            throw Failure{ErrorCode::invalid_argument, "the network " + wish.network + " has no IPv" +
                                                           (family == IpFamily::v4 ? "4" : "6")};
        if (subnet == nullptr)
            return;
        // Both families go together, so the second starts where the first did.
        std::uint64_t own = last;
        const auto take = [&](const IpAddress& next) {
            return !promised.contains(next) && rows.take_address(wish.network, next, container);
        };
        address = asked ? claim_asked(rows, wish.network, *subnet, *asked, container)
                        : find_next(wish.network, *subnet, own, take);
        if (!asked && cursor == last)
            cursor = own;
    };
    claim(IpFamily::v4, wish.ip4, claimed.ip4);
    claim(IpFamily::v6, wish.ip6, claimed.ip6);
    if (cursor != last)
        rows.set_cursor(wish.network, cursor);
    claimed.mac = wish.mac.value_or(mac_of(claimed.ip4, claimed.ip6));
    return claimed;
}

Addresses choose_addresses(store::Networks& rows, const std::string& network, const NetworkSettings& settings,
                           const std::set<IpAddress>& promised)
{
    Addresses chosen;
    const std::uint64_t last = rows.at(network).cursor;
    std::uint64_t cursor = last;
    for (const Subnet& subnet : settings.subnets) {
        std::uint64_t own = last;
        (subnet.prefix.address().is_v4() ? chosen.ip4 : chosen.ip6) =
            find_next(network, subnet, own, [&](const IpAddress& next) {
                return !promised.contains(next) && !rows.has_address(network, next);
            });
        if (cursor == last)
            cursor = own;
    }
    rows.set_cursor(network, cursor);
    chosen.mac = mac_of(chosen.ip4, chosen.ip6);
    return chosen;
}

std::optional<Addresses> find_addresses(store::Networks& rows, const Connection& wish,
                                        const std::string& container)
{
    Addresses found;
    for (const IpAddress& address : rows.addresses(wish.network, container))
        (address.is_v4() ? found.ip4 : found.ip6) = address;
    if (!found.ip4 && !found.ip6)
        return std::nullopt;
    found.mac = wish.mac.value_or(mac_of(found.ip4, found.ip6));
    return found;
}

} // namespace slipway::engine
