// SPDX-License-Identifier: LGPL-2.1-or-later
// Key: the bytes of an nftables element's key or data, part by part as the set's `type a . b . c` has them.
#pragma once

#include "base/ip_address.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway::netlink {

// Each part is filled with zeroes to a multiple of four bytes, as the kernel's registers are; a key of one
// part is not. Key{}.proto(IPPROTO_TCP).port(8080).
class Key {
  public:
    Key& proto(std::uint8_t protocol) &;      // inet_proto
    Key& port(std::uint16_t port) &;          // inet_service
    Key& address(const IpAddress& address) &; // ipv4_addr, ipv6_addr
    Key& mac(const MacAddress& mac) &;        // ether_addr
    Key& interface(std::string_view name) &;  // ifname; at most 15 bytes, else throws
                                              // Failure{invalid_argument}
    Key&& proto(std::uint8_t protocol) && { return std::move(proto(protocol)); }
    Key&& port(std::uint16_t number) && { return std::move(port(number)); }
    Key&& address(const IpAddress& ip) && { return std::move(address(ip)); }
    Key&& mac(const MacAddress& bytes) && { return std::move(mac(bytes)); }
    Key&& interface(std::string_view name) && { return std::move(interface(name)); }

    std::span<const std::uint8_t> bytes() const& noexcept;
    std::span<const std::uint8_t> bytes() const&& = delete; // a view of what is gone

  private:
    Key& add(std::span<const std::uint8_t> part);

    std::vector<std::uint8_t> bytes_;
    std::size_t parts_ = 0;
    std::size_t first_size_ = 0;
};

} // namespace slipway::netlink
