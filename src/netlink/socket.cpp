// SPDX-License-Identifier: LGPL-2.1-or-later
// Socket: the kernel has done and answered everything by the time that it took the message.
#include "netlink/socket.hpp"

#include "netlink/namespaces.hpp"

#include <fmt/format.h>

#include <array>
#include <libmnl/libmnl.h>
#include <sys/socket.h>

namespace slipway::netlink {

namespace {

// The packets of a list are at most 32 KiB (netlink(7)).
using Buffer = std::array<char, 32768>;

// Of net.core.wmem_default, the half, since the kernel counts its own part too.
constexpr std::size_t usual_room = 100'000;

void set_option(mnl_socket* socket, int option)
{
    int on = 1;
    check(mnl_socket_setsockopt(socket, option, &on, sizeof on), "set up a netlink socket");
}

// Of what is told while nobody reads. The kernel counts some 8 KiB for an event of nftables: 200 containers
// that start or end at once, on a host that is busy with them.
constexpr int room_for_events = 16 << 20;

// A transaction of ten thousand elements is more than a socket usually holds.
void make_room(int fd, std::size_t size)
{
    const int wanted = static_cast<int>(size);
    if (::setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &wanted, sizeof wanted) < 0)
        ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
}

std::span<const char> receive(const mnl_socket* socket, Buffer& buffer)
{
    const ssize_t size =
        check(mnl_socket_recvfrom(socket, buffer.data(), buffer.size()), "hear the kernel by netlink");
    return {buffer.data(), static_cast<std::size_t>(size)};
}

// Zero says yes: an acknowledgement.
int error_of(const nlmsghdr& message)
{
    return -static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(&message))->error;
}

Refusal refusal_of(const nlmsghdr& message, std::size_t index)
{
    Refusal refusal{index, error_of(message), {}};
    // The kernel leaves out what it was sent (NETLINK_CAP_ACK), so its own attributes come straight behind.
    if ((message.nlmsg_flags & NLM_F_ACK_TLVS) != 0)
        refusal.text = Attributes{message, sizeof(nlmsgerr)}.text(NLMSGERR_ATTR_MSG);
    return refusal;
}

} // namespace

void Socket::Close::operator()(mnl_socket* socket) const noexcept
{
    mnl_socket_close(socket);
}

Socket::Socket(Protocol protocol) : socket_{mnl_socket_open2(static_cast<int>(protocol), SOCK_CLOEXEC)}
{
    if (!socket_)
        throw errno_failure(errno, "open a netlink socket");
    check(mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID), "bind a netlink socket");
    set_option(socket_.get(), NETLINK_EXT_ACK);
    set_option(socket_.get(), NETLINK_CAP_ACK);
    // A list of one link's things only is a list of one link's.
    if (protocol == Protocol::route)
        set_option(socket_.get(), NETLINK_GET_STRICT_CHK);
}

Socket Socket::in(const Fd& network_namespace, Protocol protocol)
{
    std::optional<Socket> made;
    in_namespace(network_namespace, [&] { made.emplace(protocol); });
    return std::move(*made);
}

int Socket::fd() const noexcept
{
    return mnl_socket_get_fd(socket_.get());
}

void Socket::join(std::initializer_list<int> groups)
{
    for (int group : groups)
        check(mnl_socket_setsockopt(socket_.get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof group),
              "hear of the network's changes");
    if (::setsockopt(fd(), SOL_SOCKET, SO_RCVBUFFORCE, &room_for_events, sizeof room_for_events) < 0)
        ::setsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &room_for_events, sizeof room_for_events);
}

void Socket::request(Message message, std::string_view deed)
{
    if (const auto refusal = try_request(std::move(message)))
        throw failure_of(*refusal, deed);
}

std::optional<Refusal> Socket::try_request(Message message)
{
    std::optional<Refusal> refused;
    message.header().nlmsg_flags |= NLM_F_ACK;
    converse(std::move(message), [&](const nlmsghdr& answer) {
        if (answer.nlmsg_type == NLMSG_ERROR && error_of(answer) != 0)
            refused = refusal_of(answer, 0);
        return answer.nlmsg_type != NLMSG_ERROR;
    });
    return refused;
}

bool Socket::ask(Message message, std::string_view deed, const Visit& visit)
{
    std::optional<Refusal> refused;
    message.header().nlmsg_flags |= NLM_F_ACK;
    converse(std::move(message), [&](const nlmsghdr& answer) {
        if (answer.nlmsg_type != NLMSG_ERROR)
            visit(answer);
        else if (error_of(answer) != 0)
            refused = refusal_of(answer, 0);
        return answer.nlmsg_type != NLMSG_ERROR;
    });
    if (refused && refused->error != ENODEV && refused->error != ENOENT)
        throw failure_of(*refused, deed);
    return !refused;
}

bool Socket::dump(Message message, std::string_view deed, const Visit& visit)
{
    const std::optional<Refusal> refusal = try_dump(std::move(message), visit);
    if (refusal && refusal->error != ENOENT)
        throw failure_of(*refusal, deed);
    return !refusal;
}

std::optional<Refusal> Socket::try_dump(Message message, const Visit& visit)
{
    message.header().nlmsg_flags |= NLM_F_DUMP;
    for (;;) {
        std::vector<std::vector<char>> answers;
        int error = 0;
        bool is_torn = false;
        converse(message, [&](const nlmsghdr& answer) {
            is_torn |= (answer.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
            if (answer.nlmsg_type == NLMSG_ERROR)
                error = error_of(answer);
            else if (answer.nlmsg_type == NLMSG_DONE) // which bears an error too
                error = -*static_cast<const int*>(mnl_nlmsg_get_payload(&answer));
            else
                answers.emplace_back(reinterpret_cast<const char*>(&answer), // NOLINT: bytes
                                     reinterpret_cast<const char*>(&answer) + answer.nlmsg_len); // NOLINT
            return answer.nlmsg_type != NLMSG_ERROR && answer.nlmsg_type != NLMSG_DONE;
        });
        // Somebody changed the list while it was read.
        if (is_torn || error == EINTR)
            continue;
        if (error != 0 && error != ENOENT)
            return Refusal{0, error, {}};
        for (const std::vector<char>& answer : answers)
            visit(*reinterpret_cast<const nlmsghdr*>(answer.data())); // NOLINT: the protocol's
        return error == 0 ? std::nullopt : std::optional{Refusal{0, error, {}}};
    }
}

void Socket::converse(Message message, const std::function<bool(const nlmsghdr&)>& hear)
{
    send({&message, 1});
    Buffer buffer;
    for (bool goes_on = true; goes_on;)
        for_each_message(receive(socket_.get(), buffer), [&](const nlmsghdr& answer) {
            if (goes_on && answer.nlmsg_seq == sequence_)
                goes_on = hear(answer);
        });
}

void Socket::send(std::span<Message> messages)
{
    std::vector<std::byte> all;
    for (Message& message : messages) {
        message.header().nlmsg_seq = ++sequence_;
        all.insert(all.end(), message.bytes().begin(), message.bytes().end());
    }
    if (all.size() > usual_room)
        make_room(fd(), all.size());
    check(mnl_socket_sendto(socket_.get(), all.data(), all.size()), "tell the kernel by netlink");
}

std::vector<Refusal> Socket::try_transaction(std::vector<Message> messages)
{
    // The last one is acknowledged if nothing is refused; the kernel says whatever it has to say at once.
    messages.back().header().nlmsg_flags |= NLM_F_ACK;
    const unsigned first = sequence_ + 1;
    send(messages);
    std::vector<Refusal> refusals;
    std::array<char, 32768> buffer;
    for (;;) {
        const ssize_t size = ::recv(fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN)
            return refusals;
        // More was refused than the socket holds. What it holds is still to be had, and enough for a no.
        if (size < 0 && errno == ENOBUFS)
            continue;
        check(size, "hear the kernel by netlink");
        for_each_message({buffer.data(), static_cast<std::size_t>(size)}, [&](const nlmsghdr& answer) {
            if (answer.nlmsg_type == NLMSG_ERROR && answer.nlmsg_seq >= first && error_of(answer) != 0)
                refusals.push_back(refusal_of(answer, answer.nlmsg_seq - first));
        });
    }
}

void for_each_message(std::span<const char> packet, const Visit& visit)
{
    int left = static_cast<int>(packet.size());
    const auto* message = reinterpret_cast<const nlmsghdr*>(packet.data()); // NOLINT: the protocol's
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
        visit(*message);
}

} // namespace slipway::netlink
