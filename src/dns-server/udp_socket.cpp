// SPDX-License-Identifier: LGPL-2.1-or-later
// UdpSocket: recvmmsg(2), a look at the log of names, the answers, sendmmsg(2).
#include "dns-server/udp_socket.hpp"

#include "base/failure.hpp"
#include "dns-server/complain.hpp"

#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <string>

namespace slipway::dns_server {

namespace {

constexpr unsigned batch_size = 64;
constexpr unsigned batches_at_once = 16; // then others have their turn
constexpr std::size_t datagram_room = 1500;
constexpr int receive_room = 4 << 20;
constexpr std::size_t control_size = CMSG_SPACE(sizeof(in6_pktinfo));

struct Control {
    alignas(cmsghdr) std::array<char, control_size> bytes;
};

void enable(int socket, int level, int option)
{
    const int on = 1;
    check(::setsockopt(socket, level, option, &on, sizeof on),
          "ask for the addresses that packets are sent to");
}

void make_ready(int socket, const SocketAddress& own)
{
    const int flags = check(::fcntl(socket, F_GETFL), "look at a socket");
    check(::fcntl(socket, F_SETFL, flags | O_NONBLOCK), "make a socket non-blocking");
    // As much as net.core.rmem_max gives: what does not fit is lost.
    static_cast<void>(::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receive_room, sizeof receive_room));
    // Else a socket answers from its own address, and that is all there is to know.
    if (!own.is_wildcard())
        return;
    if (own.family() == AF_INET6)
        enable(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO);
    else
        enable(socket, IPPROTO_IP, IP_PKTINFO);
}

} // namespace

struct UdpSocket::Batch {
    std::array<std::array<char, datagram_room>, batch_size> questions;
    std::array<std::string, batch_size> answers;
    std::array<SocketAddress, batch_size> sources;
    std::array<Control, batch_size> controls;
    std::array<iovec, batch_size> in;
    std::array<iovec, batch_size> out;
    std::array<mmsghdr, batch_size> received;
    std::array<mmsghdr, batch_size> sent;
    unsigned answer_count = 0;
};

UdpSocket::UdpSocket(async::EventLoop& loop, Fd socket, Responder& responder,
                     std::function<void()> on_activity)
    : socket_{std::move(socket)}, own_{SocketAddress::of_socket(socket_.number())}, responder_{&responder},
      on_activity_{std::move(on_activity)}, batch_{std::make_unique<Batch>()}
{
    make_ready(socket_.number(), own_);
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_io(loop.bare(), &source, socket_.number(), EPOLLIN, &UdpSocket::heard, this),
                   "watch a socket");
    heard_ = async::Source{source};
}

UdpSocket::~UdpSocket() = default;

int UdpSocket::heard(sd_event_source*, int, std::uint32_t, void* self)
{
    auto* const socket = static_cast<UdpSocket*>(self);
    try {
        socket->take_batches();
    } catch (const std::exception& failure) {
        complain(std::string{failure.what()});
    }
    return 0;
}

void UdpSocket::take_batches()
{
    on_activity_();
    for (unsigned round = 0; round < batches_at_once; ++round) {
        const unsigned count = receive();
        if (count == 0)
            return;
        responder_->refresh();
        batch_->answer_count = 0;
        for (unsigned at = 0; at < count; ++at)
            answer(at);
        send_answers();
        if (count < batch_size)
            return;
    }
}

unsigned UdpSocket::receive()
{
    Batch& batch = *batch_;
    for (unsigned at = 0; at < batch_size; ++at) {
        batch.in[at] = {batch.questions[at].data(), datagram_room};
        msghdr& message = batch.received[at].msg_hdr;
        message = {};
        message.msg_name = batch.sources[at].pointer();
        message.msg_namelen = SocketAddress::capacity;
        message.msg_iov = &batch.in[at];
        message.msg_iovlen = 1;
        if (own_.is_wildcard()) {
            message.msg_control = batch.controls[at].bytes.data();
            message.msg_controllen = control_size;
        }
    }
    // An error is an earlier answer's that could not be delivered: nobody's business.
    const int count = ::recvmmsg(socket_.number(), batch.received.data(), batch_size, MSG_DONTWAIT, nullptr);
    return count < 0 ? 0 : static_cast<unsigned>(count);
}

void UdpSocket::answer(unsigned at)
{
    Batch& batch = *batch_;
    const mmsghdr& received = batch.received[at];
    if ((received.msg_hdr.msg_flags & MSG_TRUNC) != 0)
        return; // no question is so long
    Client client;
    client.address = batch.sources[at].ip();
    client.origin = responder_->origin_of(client.address, destination_of(received.msg_hdr));
    std::string& answer = batch.answers[batch.answer_count];
    std::optional<Query> foreign;
    const std::string_view question{batch.questions[at].data(), received.msg_len};
    const Outcome outcome = responder_->respond(question, client, answer, foreign);
    if (outcome == Outcome::forwarded)
        responder_->forward(*std::move(foreign), client, deliver_to(received.msg_hdr));
    if (outcome != Outcome::answered)
        return;
    const unsigned place = batch.answer_count++;
    batch.out[place] = {answer.data(), answer.size()};
    batch.sent[place].msg_hdr = received.msg_hdr;
    batch.sent[place].msg_hdr.msg_iov = &batch.out[place];
}

void UdpSocket::send_answers()
{
    Batch& batch = *batch_;
    for (unsigned sent = 0; sent < batch.answer_count;) {
        const int count =
            ::sendmmsg(socket_.number(), &batch.sent[sent], batch.answer_count - sent, MSG_DONTWAIT);
        // One that cannot be sent is skipped: its asker asks again.
        sent += count > 0 ? static_cast<unsigned>(count) : 1U;
    }
}

IpAddress UdpSocket::destination_of(const msghdr& message) const
{
    if (!own_.is_wildcard())
        return own_.ip();
    auto& head = const_cast<msghdr&>(message); // NOLINT: CMSG_NXTHDR(3) wants it so
    for (cmsghdr* part = CMSG_FIRSTHDR(&head); part != nullptr; part = CMSG_NXTHDR(&head, part)) {
        if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
            std::array<std::uint8_t, 4> bytes{};
            std::memcpy(bytes.data(), CMSG_DATA(part) + offsetof(in_pktinfo, ipi_addr), bytes.size());
            return IpAddress::of_bytes(bytes);
        }
        if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
            in6_addr address{};
            std::memcpy(&address, CMSG_DATA(part) + offsetof(in6_pktinfo, ipi6_addr), sizeof address);
            return unmapped(address);
        }
    }
    return own_.ip();
}

// What was received says where an answer goes, and, in its control message, where it comes from.
Responder::Deliver UdpSocket::deliver_to(const msghdr& received) const
{
    SocketAddress source;
    std::memcpy(source.pointer(), received.msg_name, received.msg_namelen);
    std::string control{static_cast<const char*>(received.msg_control), received.msg_controllen};
    return [fd = socket_.number(), source, control = std::move(control)](std::string_view answer) mutable {
        iovec part{const_cast<char*>(answer.data()), answer.size()}; // NOLINT: sendmsg(2) only reads it
        msghdr message{};
        message.msg_name = source.pointer();
        message.msg_namelen = source.size();
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.empty() ? nullptr : control.data();
        message.msg_controllen = control.size();
        // One that cannot be sent is dropped: its asker asks again.
        static_cast<void>(::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL));
    };
}

} // namespace slipway::dns_server
