// SPDX-License-Identifier: LGPL-2.1-or-later
// Message: libmnl's puts, with room made before each; Attributes: pointers into what came.
#include "netlink/message.hpp"

#include <arpa/inet.h>
#include <cstring>
#include <libmnl/libmnl.h>
#include <string>

namespace slipway::netlink {

Message::Message(std::uint16_t type, std::uint16_t flags) : buffer_(MNL_NLMSG_HDRLEN)
{
    header().nlmsg_len = MNL_NLMSG_HDRLEN;
    header().nlmsg_type = type;
    header().nlmsg_flags = flags | NLM_F_REQUEST;
}

nlmsghdr& Message::header() noexcept
{
    return *reinterpret_cast<nlmsghdr*>(buffer_.data()); // NOLINT: the protocol's
}

Message& Message::put(std::uint16_t attribute, std::span<const std::uint8_t> bytes)
{
    buffer_.resize(buffer_.size() + MNL_ATTR_HDRLEN + MNL_ALIGN(bytes.size()));
    mnl_attr_put(&header(), attribute, bytes.size(), bytes.data());
    return *this;
}

Message& Message::put_text(std::uint16_t attribute, std::string_view text)
{
    const std::string ended{text};
    return put(attribute, {reinterpret_cast<const std::uint8_t*>(ended.c_str()), ended.size() + 1}); // NOLINT
}

Message& Message::put_u8(std::uint16_t attribute, std::uint8_t value)
{
    return put_object(attribute, value);
}

Message& Message::put_u16(std::uint16_t attribute, std::uint16_t value)
{
    return put_object(attribute, value);
}

Message& Message::put_u32(std::uint16_t attribute, std::uint32_t value)
{
    return put_object(attribute, value);
}

Message& Message::put_big_u32(std::uint16_t attribute, std::uint32_t value)
{
    return put_object(attribute, htonl(value));
}

Message& Message::nest(std::uint16_t attribute, const std::function<void()>& fill)
{
    const std::size_t start = buffer_.size();
    put(attribute | NLA_F_NESTED, {});
    fill();
    reinterpret_cast<nlattr*>(buffer_.data() + start)->nla_len = // NOLINT: the protocol's
        static_cast<std::uint16_t>(buffer_.size() - start);
    return *this;
}

void Message::append(const void* bytes, std::size_t size)
{
    const std::size_t start = buffer_.size();
    buffer_.resize(start + MNL_ALIGN(size));
    std::memcpy(buffer_.data() + start, bytes, size);
    header().nlmsg_len = static_cast<std::uint32_t>(buffer_.size());
}

Attributes::Attributes(const nlmsghdr& message, std::size_t header)
{
    if (mnl_nlmsg_get_payload_len(&message) < header)
        return;
    read(static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(&message, header)),
         static_cast<const std::byte*>(mnl_nlmsg_get_payload_tail(&message)));
}

Attributes::Attributes(const nlattr* nest)
{
    if (nest == nullptr)
        return;
    const auto* const start = static_cast<const std::byte*>(mnl_attr_get_payload(nest));
    read(reinterpret_cast<const nlattr*>(start), start + mnl_attr_get_payload_len(nest)); // NOLINT
}

void Attributes::read(const nlattr* first, const std::byte* end)
{
    const auto left = [end](const nlattr* attribute) {
        return static_cast<int>(end -
                                reinterpret_cast<const std::byte*>(attribute)); // NOLINT: the protocol's
    };
    for (const nlattr* attribute = first; mnl_attr_ok(attribute, left(attribute));
         attribute = mnl_attr_next(attribute))
        if (mnl_attr_get_type(attribute) < most)
            found_[mnl_attr_get_type(attribute)] = attribute;
}

const nlattr* Attributes::find(std::uint16_t attribute, std::size_t size) const noexcept
{
    const nlattr* const found = attribute < most ? found_[attribute] : nullptr;
    return found != nullptr && mnl_attr_get_payload_len(found) >= size ? found : nullptr;
}

std::uint8_t Attributes::u8(std::uint16_t attribute) const noexcept
{
    const nlattr* const found = find(attribute, sizeof(std::uint8_t));
    return found != nullptr ? mnl_attr_get_u8(found) : 0;
}

std::uint32_t Attributes::u32(std::uint16_t attribute) const noexcept
{
    const nlattr* const found = find(attribute, sizeof(std::uint32_t));
    return found != nullptr ? mnl_attr_get_u32(found) : 0;
}

std::uint32_t Attributes::big_u32(std::uint16_t attribute) const noexcept
{
    return ntohl(u32(attribute));
}

std::string_view Attributes::text(std::uint16_t attribute) const noexcept
{
    const std::span<const std::uint8_t> found = bytes(attribute);
    const std::string_view whole{reinterpret_cast<const char*>(found.data()), found.size()}; // NOLINT: bytes
    return whole.substr(0, whole.find('\0'));
}

std::span<const std::uint8_t> Attributes::bytes(std::uint16_t attribute) const noexcept
{
    const nlattr* const found = find(attribute);
    if (found == nullptr)
        return {};
    return {static_cast<const std::uint8_t*>(mnl_attr_get_payload(found)), mnl_attr_get_payload_len(found)};
}

void for_each(const nlattr* nest, const std::function<void(const nlattr&)>& visit)
{
    if (nest == nullptr)
        return;
    const auto* const start = static_cast<const std::byte*>(mnl_attr_get_payload(nest));
    const std::byte* const end = start + mnl_attr_get_payload_len(nest);
    const auto* attribute = reinterpret_cast<const nlattr*>(start); // NOLINT: the protocol's
    while (mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const std::byte*>(attribute))))
    { // NOLINT
        visit(*attribute);
        attribute = mnl_attr_next(attribute);
    }
}

} // namespace slipway::netlink
