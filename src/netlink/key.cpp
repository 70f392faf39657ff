// SPDX-License-Identifier: LGPL-2.1-or-later
// Key: parts in registers of four bytes.
#include "netlink/key.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace slipway::netlink {

namespace {

constexpr std::size_t register_size = 4;
constexpr std::size_t interface_size = 16; // IFNAMSIZ

} // namespace

Key& Key::proto(std::uint8_t protocol) &
{
    return add({&protocol, 1});
}

Key& Key::port(std::uint16_t port) &
{
    const std::array<std::uint8_t, 2> bytes{static_cast<std::uint8_t>(port >> 8U),
                                            static_cast<std::uint8_t>(port)};
    return add(bytes);
}

Key& Key::address(const IpAddress& address) &
{
    return add(address.bytes());
}

Key& Key::mac(const MacAddress& mac) &
{
    return add(mac.bytes());
}

Key& Key::interface(std::string_view name) &
{
    std::array<std::uint8_t, interface_size> bytes{};
    if (name.size() >= bytes.size())
        throw Failure{ErrorCode::invalid_argument,
                      "the name of a network interface is too long: " + std::string{name}};
    std::ranges::copy(name, bytes.begin());
    return add(bytes);
}

std::span<const std::uint8_t> Key::bytes() const& noexcept
{
    return {bytes_.data(), parts_ == 1 ? first_size_ : bytes_.size()};
}

Key& Key::add(std::span<const std::uint8_t> part)
{
    if (parts_++ == 0)
        first_size_ = part.size();
    bytes_.insert(bytes_.end(), part.begin(), part.end());
    bytes_.resize((bytes_.size() + register_size - 1) / register_size * register_size);
    return *this;
}

} // namespace slipway::netlink
