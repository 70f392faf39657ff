// SPDX-License-Identifier: LGPL-2.1-or-later
// IpAddress, IpPrefix, MacAddress: inet_pton(3) and inet_ntop(3), and prefixes compared bit by bit.
#include "base/ip_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstdio>

namespace slipway {

namespace {

int kernel_family(IpFamily family)
{
    return family == IpFamily::v4 ? AF_INET : AF_INET6;
}

unsigned width_of(IpFamily family)
{
    return family == IpFamily::v4 ? 32U : 128U;
}

bool have_same_network(const IpAddress& one, const IpAddress& other, unsigned length)
{
    for (unsigned at = 0; at * 8 < length; ++at) {
        const unsigned bits = std::min(8U, length - at * 8);
        const unsigned mask = 0xffU << (8U - bits);
        if (((one.bytes()[at] ^ other.bytes()[at]) & mask & 0xffU) != 0)
            return false;
    }
    return true;
}

} // namespace

Result<IpAddress> IpAddress::parse(std::string_view text)
{
    IpAddress address;
    const std::string terminated{text};
    address.family_ = text.find(':') == std::string_view::npos ? IpFamily::v4 : IpFamily::v6;
    const bool is_read =
        terminated.find('\0') == std::string::npos &&
        ::inet_pton(kernel_family(address.family_), terminated.c_str(), address.bytes_.data()) == 1;
    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (!is_read || (!address.is_v4() && std::equal(mapped.begin(), mapped.end(), address.bytes_.begin())))
        return Failure{ErrorCode::invalid_argument, "'" + std::string{text} + "' is no IP address"};
    return address;
}

IpAddress IpAddress::of_bytes(std::span<const std::uint8_t> bytes)
{
    if (bytes.size() != 4 && bytes.size() != 16)
        throw Failure{ErrorCode::internal, "an IP address of " + std::to_string(bytes.size()) + " bytes"};
    IpAddress address;
    address.family_ = bytes.size() == 4 ? IpFamily::v4 : IpFamily::v6;
    std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
    return address;
}

std::string IpAddress::text() const
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(kernel_family(family_), bytes_.data(), text.data(), text.size());
    return text.data();
}

IpAddress IpAddress::plus(std::uint64_t offset) const
{
    IpAddress sum = *this;
    const std::size_t end = bytes().size();
    for (std::size_t at = end; offset != 0 && at > end - std::min<std::size_t>(8, end); --at) {
        offset += sum.bytes_[at - 1];
        sum.bytes_[at - 1] = static_cast<std::uint8_t>(offset & 0xffU);
        offset >>= 8U;
    }
    return sum;
}

IpPrefix::IpPrefix(const IpAddress& address, unsigned length) : address_{address}, length_{length}
{
    if (length > width_of(address.family()))
        throw Failure{ErrorCode::invalid_argument,
                      "/" + std::to_string(length) + " is too long a prefix for " + address.text()};
}

Result<IpPrefix> IpPrefix::parse(std::string_view text)
{
    const Failure refusal{ErrorCode::invalid_argument,
                          "'" + std::string{text} + "' is no network such as 10.1.0.0/16 or fd00:1::/64"};
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos)
        return refusal;
    const Result<IpAddress> address = IpAddress::parse(text.substr(0, slash));
    const std::string_view digits = text.substr(slash + 1);
    unsigned length = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (!address || error != std::errc{} || end != digits.data() + digits.size() ||
        length > width_of(address.value().family()))
        return refusal;
    return IpPrefix{address.value(), length};
}

std::string IpPrefix::text() const
{
    return address_.text() + '/' + std::to_string(length_);
}

IpPrefix IpPrefix::network() const
{
    std::array<std::uint8_t, 16> bytes{};
    const std::span<const std::uint8_t> whole = address_.bytes();
    for (unsigned at = 0; at * 8 < length_; ++at) {
        const unsigned bits = std::min(8U, length_ - at * 8);
        bytes[at] = static_cast<std::uint8_t>(whole[at] & (0xffU << (8U - bits)));
    }
    return {IpAddress::of_bytes({bytes.data(), whole.size()}), length_};
}

bool IpPrefix::contains(const IpAddress& address) const
{
    return address.family() == address_.family() && have_same_network(address, address_, length_);
}

bool IpPrefix::overlaps(const IpPrefix& other) const
{
    return address_.family() == other.address_.family() &&
           have_same_network(address_, other.address_, std::min(length_, other.length_));
}

Result<MacAddress> MacAddress::parse(std::string_view text)
{
    MacAddress address;
    bool is_good = text.size() == 17;
    for (std::size_t at = 0; is_good && at < 6; ++at) {
        const char* begin = text.data() + at * 3;
        const auto [end, error] = std::from_chars(begin, begin + 2, address.bytes_[at], 16);
        is_good = error == std::errc{} && end == begin + 2 && (at == 5 || *end == ':');
    }
    if (!is_good || (address.bytes_[0] & 1U) != 0)
        return Failure{ErrorCode::invalid_argument,
                       "'" + std::string{text} + "' is no interface's MAC address such as 02:42:ac:11:00:02"};
    return address;
}

std::string MacAddress::text() const
{
    std::array<char, 18> text{};
    std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", bytes_[0], bytes_[1], bytes_[2],
                  bytes_[3], bytes_[4], bytes_[5]);
    return text.data();
}

} // namespace slipway
