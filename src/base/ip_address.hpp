// SPDX-License-Identifier: LGPL-2.1-or-later
// IpAddress, IpPrefix, MacAddress: what interfaces are called on the wire, and their texts (RFC 5952, RFC
// 4632).
#pragma once

#include "base/result.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace slipway {

enum class IpFamily : std::uint8_t { v4, v6 };

class IpAddress {
  public:
    IpAddress() = default; // 0.0.0.0

    // Refuses what inet_pton(3) does not take, zones and IPv4-mapped ones, with invalid_argument.
    static Result<IpAddress> parse(std::string_view text);
    // BYTES: 4 or 16, in network order.
    static IpAddress of_bytes(std::span<const std::uint8_t> bytes);

    IpFamily family() const noexcept { return family_; }
    bool is_v4() const noexcept { return family_ == IpFamily::v4; }
    // In network order: 4 or 16.
    std::span<const std::uint8_t> bytes() const noexcept { return {bytes_.data(), is_v4() ? 4U : 16U}; }
    std::string text() const;
    // The address so many further; of IPv6 within its last 64 bits.
    IpAddress plus(std::uint64_t offset) const;
    auto operator<=>(const IpAddress&) const = default;

  private:
    IpFamily family_ = IpFamily::v4;
    std::array<std::uint8_t, 16> bytes_{};
};

// An address and the length of the part that is its network's: "10.0.0.5/24". The host's part is kept.
class IpPrefix {
  public:
    IpPrefix() = default;
    // Throws Failure{invalid_argument} for a length that the family has not.
    IpPrefix(const IpAddress& address, unsigned length);

    // Refuses with invalid_argument.
    static Result<IpPrefix> parse(std::string_view text);

    const IpAddress& address() const noexcept { return address_; }
    unsigned length() const noexcept { return length_; }
    std::string text() const;
    // The same with a host's part of zero.
    IpPrefix network() const;
    bool contains(const IpAddress& address) const;
    bool overlaps(const IpPrefix& other) const;
    auto operator<=>(const IpPrefix&) const = default;

  private:
    IpAddress address_;
    unsigned length_ = 0;
};

class MacAddress {
  public:
    MacAddress() = default;
    explicit MacAddress(const std::array<std::uint8_t, 6>& bytes) : bytes_{bytes} {}

    // Six pairs of hexadecimal digits with colons; refuses others, and those of groups (IEEE 802: the first
    // byte's lowest bit), with invalid_argument.
    static Result<MacAddress> parse(std::string_view text);

    const std::array<std::uint8_t, 6>& bytes() const noexcept { return bytes_; }
    std::string text() const; // lower case
    auto operator<=>(const MacAddress&) const = default;

  private:
    std::array<std::uint8_t, 6> bytes_{};
};

} // namespace slipway
