// SPDX-License-Identifier: LGPL-2.1-or-later
// Traffic: words to prefixes and rates.
#include "engine/network/traffic.hpp"

#include "base/failure.hpp"

#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace slipway::engine {

namespace {

constexpr std::array groups{
    std::pair{std::string_view{"any"}, std::array{"0.0.0.0/0", "::/0"}},
    std::pair{std::string_view{"localhost"}, std::array{"127.0.0.0/8", "::1/128"}},
    std::pair{std::string_view{"link-local"}, std::array{"169.254.0.0/16", "fe80::/64"}},
    std::pair{std::string_view{"multicast"}, std::array{"224.0.0.0/4", "ff00::/8"}},
};

std::uint64_t parse_rate(std::string_view word, std::string_view whole)
{
    std::uint64_t rate = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), rate);
    const std::string_view unit{end, static_cast<std::size_t>(word.data() + word.size() - end)};
    std::uint64_t factor = 0;
    for (const auto& [name, size] : {std::pair{std::string_view{""}, std::uint64_t{1}},
                                     std::pair{std::string_view{"k"}, std::uint64_t{1000}},
                                     std::pair{std::string_view{"m"}, std::uint64_t{1'000'000}},
                                     std::pair{std::string_view{"g"}, std::uint64_t{1'000'000'000}}})
        if (unit == name)
            factor = size;
    constexpr std::uint64_t least = 8000; // a packet would take longer than anybody waits
    if (error != std::errc{} || factor == 0 || rate > UINT64_MAX / factor || rate * factor < least)
        throw Failure{ErrorCode::invalid_argument,
                      "'" + std::string{whole} +
                          "' is no bandwidth such as 10m or down=10m,up=512k (bits a second, 8k at least)"};
    return rate * factor;
}

} // namespace

std::vector<IpPrefix> parse_peers(std::string_view word)
{
    for (const auto& [name, prefixes] : groups)
        if (name == word)
            return {IpPrefix::parse(prefixes[0]).value(), IpPrefix::parse(prefixes[1]).value()};
    if (word.find('/') != std::string_view::npos)
        return {IpPrefix::parse(word).value().network()};
    const IpAddress address = IpAddress::parse(word).value();
    return {IpPrefix{address, address.is_v4() ? 32U : 128U}};
}

Bandwidth parse_bandwidth(std::string_view word)
{
    if (word.find('=') == std::string_view::npos) {
        const std::uint64_t rate = parse_rate(word, word);
        return {rate, rate};
    }
    Bandwidth bandwidth;
    for (std::string_view rest = word; !rest.empty();) {
        const std::string_view part = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        if (part.starts_with("down="))
            bandwidth.down = parse_rate(part.substr(5), word);
        else if (part.starts_with("up="))
            bandwidth.up = parse_rate(part.substr(3), word);
        else
            parse_rate("", word); // says what it has to be
    }
    return bandwidth;
}

} // namespace slipway::engine
