// SPDX-License-Identifier: LGPL-2.1-or-later
// Message: one netlink message as it is written (netlink(7)), and Attributes, as one is read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <linux/netlink.h>
#include <span>
#include <string_view>
#include <vector>

namespace slipway::netlink {

class Message {
  public:
    // TYPE: RTM_…, NFT_MSG_…; FLAGS: NLM_F_… beside NLM_F_REQUEST, which all have.
    Message(std::uint16_t type, std::uint16_t flags);
    // The same with the protocol's own header (ifinfomsg, nfgenmsg, …).
    template <typename Header>
    Message(std::uint16_t type, std::uint16_t flags, const Header& header) : Message{type, flags}
    {
        append(&header, sizeof header);
    }

    Message& put(std::uint16_t attribute, std::span<const std::uint8_t> bytes);
    // With the zero byte at its end.
    Message& put_text(std::uint16_t attribute, std::string_view text);
    Message& put_u8(std::uint16_t attribute, std::uint8_t value);
    Message& put_u16(std::uint16_t attribute, std::uint16_t value);
    Message& put_u32(std::uint16_t attribute, std::uint32_t value);
    // nftables' numbers are in network order.
    Message& put_big_u32(std::uint16_t attribute, std::uint32_t value);
    template <typename Value>
    Message& put_object(std::uint16_t attribute, const Value& value)
    {
        return put(attribute, {reinterpret_cast<const std::uint8_t*>(&value), sizeof value}); // NOLINT: bytes
    }
    // What FILL puts is within ATTRIBUTE.
    Message& nest(std::uint16_t attribute, const std::function<void()>& fill);
    // A header in the midst, as the attribute of a veth's peer begins with one.
    void append(const void* bytes, std::size_t size);

    nlmsghdr& header() noexcept;
    std::span<const std::byte> bytes() const noexcept { return buffer_; }

  private:
    std::vector<std::byte> buffer_;
};

// The attributes of a message or of one attribute, by number; those beyond the highest one asked for are left
// out. A view: it ends with what it was read from.
class Attributes {
  public:
    // After a header of HEADER bytes.
    Attributes(const nlmsghdr& message, std::size_t header);
    explicit Attributes(const nlattr* nest); // nullptr: none

    // nullptr where it is absent or shorter than SIZE.
    const nlattr* find(std::uint16_t attribute, std::size_t size = 0) const noexcept;
    bool has(std::uint16_t attribute) const noexcept { return find(attribute) != nullptr; }
    // Zero or nothing where it is absent.
    std::uint8_t u8(std::uint16_t attribute) const noexcept;
    std::uint32_t u32(std::uint16_t attribute) const noexcept;
    std::uint32_t big_u32(std::uint16_t attribute) const noexcept;
    std::string_view text(std::uint16_t attribute) const noexcept;
    std::span<const std::uint8_t> bytes(std::uint16_t attribute) const noexcept;
    Attributes nested(std::uint16_t attribute) const { return Attributes{find(attribute)}; }

  private:
    static constexpr std::size_t most = 72;

    void read(const nlattr* first, const std::byte* end);

    std::array<const nlattr*, most> found_{};
};

// Each attribute within NEST in turn, for lists.
void for_each(const nlattr* nest, const std::function<void(const nlattr&)>& visit);

} // namespace slipway::netlink
