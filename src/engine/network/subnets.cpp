// SPDX-License-Identifier: LGPL-2.1-or-later
// choose_subnets: 10.208.0.0/12 in pieces of a /20, and /64s of the host's own ULA prefix.
#include "engine/network/subnets.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <array>
#include <sys/random.h>

namespace slipway::engine {

namespace {

constexpr unsigned ip4_length = 20;
constexpr unsigned ip4_pieces = 1U << (ip4_length - 12U); // of 10.208.0.0/12
constexpr unsigned ip6_length = 64;
constexpr unsigned ip6_pieces = 1U << 16U; // of a /48

Failure refusal(const std::string& message)
{
    return Failure{ErrorCode::invalid_argument, message};
}

std::string family_word(IpFamily family)
{
    return family == IpFamily::v4 ? "IPv4" : "IPv6";
}

// Somebody's route to everything takes nothing.
bool is_free(const IpPrefix& prefix, const std::vector<IpPrefix>& taken)
{
    return std::none_of(taken.begin(), taken.end(), [&prefix](const IpPrefix& other) {
        return other.length() != 0 && other.overlaps(prefix);
    });
}

// Piece number N of BASE, LENGTH bits long each.
IpPrefix piece_of(const IpPrefix& base, unsigned length, unsigned number)
{
    std::array<std::uint8_t, 16> bytes{};
    const std::span<const std::uint8_t> whole = base.address().bytes();
    std::copy(whole.begin(), whole.end(), bytes.begin());
    for (unsigned bit = 0; bit < length - base.length(); ++bit)
        if ((number >> bit & 1U) != 0) {
            const unsigned at = length - 1 - bit;
            bytes[at / 8] = static_cast<std::uint8_t>(bytes[at / 8] | (0x80U >> at % 8));
        }
    return {IpAddress::of_bytes({bytes.data(), whole.size()}), length};
}

IpPrefix find_free(const IpPrefix& base, unsigned length, unsigned pieces, const std::vector<IpPrefix>& taken)
{
    for (unsigned number = 0; number < pieces; ++number)
        if (const IpPrefix piece = piece_of(base, length, number); is_free(piece, taken))
            return piece;
    throw Failure{ErrorCode::no_address, "no subnet of " + base.text() +
                                             " is free for another network (choose one with --subnet, or "
                                             "remove networks)"};
}

std::optional<IpPrefix> find_asked(const std::vector<std::string>& words, IpFamily family)
{
    std::optional<IpPrefix> found;
    for (const std::string& word : words) {
        const IpPrefix prefix = IpPrefix::parse(word).value();
        if (prefix.address().family() != family)
            continue;
        if (found)
            throw refusal("a network has one " + family_word(family) + " subnet, not both " + found->text() +
                          " and " + prefix.text());
        if (prefix != prefix.network())
            throw refusal(word + " has bits set behind its prefix (" + prefix.network().text() + "?)");
        found = prefix;
    }
    return found;
}

IpPrefix choose_prefix(const NetworkSpec& spec, IpFamily family, const Surveyed& surveyed)
{
    if (const std::optional<IpPrefix> asked = find_asked(spec.subnets, family)) {
        const unsigned longest = family == IpFamily::v4 ? 30 : 126;
        if (asked->length() > longest || asked->length() == 0)
            throw refusal("the subnet " + asked->text() + " has no room for containers");
        if (!is_free(*asked, surveyed.prefixes))
            throw refusal("the subnet " + asked->text() +
                          " is in use, by a network or by the host ('ip route' lists what it has)");
        return *asked;
    }
    if (family == IpFamily::v4)
        return find_free(IpPrefix::parse("10.208.0.0/12").value(), ip4_length, ip4_pieces, surveyed.prefixes);
    return find_free(surveyed.ula.value_or(random_ula()), ip6_length, ip6_pieces, surveyed.prefixes);
}

Subnet complete_subnet(const NetworkSpec& spec, const IpPrefix& prefix)
{
    Subnet subnet{prefix, prefix.address().plus(1), find_asked(spec.ranges, prefix.address().family())};
    if (subnet.range &&
        (!prefix.contains(subnet.range->address()) || subnet.range->length() < prefix.length()))
        throw refusal("the range " + subnet.range->text() + " is not within the subnet " + prefix.text());
    for (const std::string& word : spec.gateways)
        if (const IpAddress gateway = IpAddress::parse(word).value(); prefix.contains(gateway))
            subnet.gateway = gateway;
    return subnet;
}

void check_gateways(const NetworkSpec& spec, const std::vector<Subnet>& subnets)
{
    for (const std::string& word : spec.gateways) {
        const IpAddress gateway = IpAddress::parse(word).value();
        if (std::none_of(subnets.begin(), subnets.end(),
                         [&gateway](const Subnet& subnet) { return subnet.gateway == gateway; }))
            throw refusal("the gateway " + word + " is in no subnet of the network, or one of two");
    }
}

} // namespace

IpPrefix random_ula()
{
    std::array<std::uint8_t, 16> bytes{0xfd};
    check(::getrandom(bytes.data() + 1, 5, 0), "get random bytes");
    return {IpAddress::of_bytes(bytes), 48};
}

std::vector<Subnet> choose_subnets(const NetworkSpec& spec, NetworkDriver driver, const Surveyed& surveyed)
{
    std::vector<Subnet> subnets;
    for (const IpFamily family : {IpFamily::v4, IpFamily::v6}) {
        const bool is_asked = find_asked(spec.subnets, family).has_value();
        const bool is_wanted = family == IpFamily::v4 ? spec.has_ip4 : spec.has_ip6;
        if (is_asked && !is_wanted)
            throw refusal("a subnet of " + family_word(family) + " for a network without it");
        if (is_asked && family == IpFamily::v6 && !surveyed.has_ip6)
            throw Failure{ErrorCode::not_supported, "this host has no IPv6"};
        // On the host's own network nothing can be made up.
        if (!is_asked &&
            (!is_wanted || driver != NetworkDriver::bridge || (family == IpFamily::v6 && !surveyed.has_ip6)))
            continue;
        Surveyed others = surveyed;
        // Those of macvlan are the host's by intention.
        if (driver != NetworkDriver::bridge)
            others.prefixes.clear();
        subnets.push_back(complete_subnet(spec, choose_prefix(spec, family, others)));
    }
    if (subnets.empty())
        throw refusal(driver == NetworkDriver::bridge
                          ? "a network has IPv4, IPv6 or both"
                          : "the driver " + std::string{driver_name(driver)} +
                                " needs the subnet of the network that it joins (--subnet)");
    check_gateways(spec, subnets);
    return subnets;
}

} // namespace slipway::engine
