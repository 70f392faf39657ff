// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames: bytes by the RFCs, and packet sockets (packet(7)).
#include "unit/netlink/frames.hpp"

#include "base/failure.hpp"
#include "netlink/links.hpp"
#include "netlink/namespaces.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace slipway::netlink {

namespace {

void append(Frame& frame, std::span<const std::uint8_t> bytes)
{
    frame.insert(frame.end(), bytes.begin(), bytes.end());
}

void append_u16(Frame& frame, std::uint16_t value)
{
    frame.push_back(static_cast<std::uint8_t>(value >> 8U));
    frame.push_back(static_cast<std::uint8_t>(value));
}

// RFC 1071, of the twenty bytes of an IPv4 header.
void put_checksum(Frame& header)
{
    std::uint32_t sum = 0;
    for (std::size_t position = 0; position < 20; position += 2)
        sum += (std::uint32_t{header[position]} << 8U) | header[position + 1];
    sum = (sum & 0xffffU) + (sum >> 16U);
    sum = ~(sum + (sum >> 16U));
    header[10] = static_cast<std::uint8_t>(sum >> 8U);
    header[11] = static_cast<std::uint8_t>(sum);
}

} // namespace

Frame frame(const MacAddress& source, std::uint16_t type, const Frame& content)
{
    Frame result(6, 0xff);
    append(result, source.bytes());
    append_u16(result, type);
    append(result, content);
    return result;
}

Frame arp_answer(const MacAddress& mac, const IpAddress& address)
{
    Frame content{0, 1, 8, 0, 6, 4, 0, 2};
    append(content, mac.bytes());
    append(content, address.bytes());
    append(content, mac.bytes());
    append(content, address.bytes());
    return content;
}

Frame packet(const IpAddress& from, const IpAddress& to, std::uint8_t protocol, const Frame& content)
{
    Frame result;
    const auto size = static_cast<std::uint16_t>(content.size());
    if (from.is_v4()) {
        result = {0x45, 0};
        append_u16(result, size + 20);
        append(result, Frame{0, 0, 0, 0, 64, protocol, 0, 0});
    } else {
        result = {0x60, 0, 0, 0};
        append_u16(result, size);
        append(result, Frame{protocol, 255});
    }
    append(result, from.bytes());
    append(result, to.bytes());
    if (from.is_v4())
        put_checksum(result);
    append(result, content);
    return result;
}

Frame udp(std::uint16_t from, std::uint16_t to)
{
    Frame result;
    append_u16(result, from);
    append_u16(result, to);
    append_u16(result, 8);
    append_u16(result, 0);
    return result;
}

Frame router_advertisement()
{
    return {134, 0, 0, 0, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0};
}

Frame neighbour_advertisement(const IpAddress& address)
{
    Frame result{136, 0, 0, 0, 0x20, 0, 0, 0};
    append(result, address.bytes());
    return result;
}

Wire::Wire(const Fd& place)
{
    in_namespace(place, [this] {
        socket_ = Fd{check(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL)), "open a wire")};
        Socket socket;
        sockaddr_ll address{};
        address.sll_family = AF_PACKET;
        address.sll_protocol = htons(ETH_P_ALL);
        address.sll_ifindex = find_link(socket, "eth0").value().index;
        check(::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), // NOLINT
              "bind to a wire");
    });
}

void Wire::send(const Frame& frame)
{
    check(::send(socket_.number(), frame.data(), frame.size(), 0), "send a frame");
}

std::vector<Frame> Wire::hear_until(const Frame& marker)
{
    std::vector<Frame> heard;
    while (heard.empty() || heard.back() != marker) {
        auto frame = next(10'000);
        if (!frame)
            throw Failure{ErrorCode::timed_out, "the last frame does not come"};
        heard.push_back(std::move(*frame));
    }
    return heard;
}

std::vector<Frame> Wire::hear_until_silence()
{
    std::vector<Frame> heard;
    while (auto frame = next(150))
        heard.push_back(std::move(*frame));
    return heard;
}

std::optional<Frame> Wire::next(int milliseconds)
{
    pollfd entry{socket_.number(), POLLIN, 0};
    if (::poll(&entry, 1, milliseconds) != 1)
        return std::nullopt;
    Frame frame(2048);
    frame.resize(static_cast<std::size_t>(
        check(::recv(socket_.number(), frame.data(), frame.size(), 0), "hear a frame")));
    return frame;
}

} // namespace slipway::netlink
