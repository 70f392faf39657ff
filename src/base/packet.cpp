// SPDX-License-Identifier: LGPL-2.1-or-later
// Packets: sendmsg(2) and recvmsg(2) with descriptors.
#include "base/packet.hpp"

#include "base/failure.hpp"

#include <array>
#include <cstring>
#include <sys/socket.h>
#include <sys/uio.h>

namespace slipway {

namespace {

constexpr std::size_t control_size = CMSG_SPACE(sizeof(int) * packet_descriptor_limit);

// A peer that closes with packets unread resets the connection. That is told once (SO_ERROR), in front of
// what it had sent before.
bool is_passing(int error)
{
    return error == EINTR || error == ECONNRESET;
}

} // namespace

Delivery try_send_packet(int socket, std::string_view text, const std::vector<int>& descriptors)
{
    if (text.empty() || text.size() > packet_limit || descriptors.size() > packet_descriptor_limit)
        throw errno_failure(EMSGSIZE, "send a packet of " + std::to_string(text.size()) + " bytes");
    iovec part{};
    part.iov_base = const_cast<char*>(text.data()); // NOLINT: sendmsg(2) does not write through it
    part.iov_len = text.size();
    alignas(cmsghdr) std::array<char, control_size> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
        std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof(int) * descriptors.size());
    }
    ssize_t sent = 0;
    do
        sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
        return Delivery::peer_gone;
    check(sent, "send a packet");
    return Delivery::sent;
}

void send_packet(int socket, std::string_view text, const std::vector<int>& descriptors)
{
    if (try_send_packet(socket, text, descriptors) == Delivery::peer_gone)
        throw errno_failure(EPIPE, "send a packet");
}

std::optional<Packet> receive_packet(int socket)
{
    ssize_t waiting = 0;
    do
        waiting = ::recv(socket, nullptr, 0, MSG_PEEK | MSG_TRUNC);
    while (waiting < 0 && is_passing(errno));
    check(waiting, "receive a packet");

    Packet packet;
    packet.text.resize(static_cast<std::size_t>(waiting));
    iovec part{packet.text.data(), packet.text.size()};
    alignas(cmsghdr) std::array<char, control_size> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t received = 0;
    do
        received = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (received < 0 && is_passing(errno));
    check(received, "receive a packet");
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header))
    {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
            packet.descriptors.emplace_back(number);
        }
    }
    if (received == 0)
        return std::nullopt;
    if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
        throw errno_failure(EMSGSIZE, "receive a packet");
    packet.text.resize(static_cast<std::size_t>(received));
    packet.text.shrink_to_fit();
    return packet;
}

} // namespace slipway
