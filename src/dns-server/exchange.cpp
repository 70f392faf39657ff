// SPDX-License-Identifier: LGPL-2.1-or-later
// Exchange: a connected socket for each enquiry, so that the kernel draws a port and lets no other sender in.
#include "dns-server/exchange.hpp"

#include "async/readiness.hpp"
#include "base/failure.hpp"
#include "base/fd.hpp"

#include <array>
#include <optional>

namespace slipway::dns_server {

namespace {

// So many wrong answers are no accident: somebody guesses.
constexpr unsigned guess_limit = 8;
constexpr std::size_t reply_room = 4096; // more than an enquiry says that it takes

Fd make_socket(const SocketAddress& server, int type)
{
    return Fd{check(::socket(server.family(), type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "make a socket")};
}

bool is_in_progress()
{
    return errno == EAGAIN || errno == EINTR || errno == EINPROGRESS;
}

// Nothing where UDP does not do: the answer is truncated, or too many others came.
async::Task<std::optional<std::string>> ask_by_datagram(async::EventLoop& loop, SocketAddress server,
                                                        std::string enquiry)
{
    const Fd socket = make_socket(server, SOCK_DGRAM);
    check(::connect(socket.number(), server.pointer(), server.size()), "connect to a name server");
    check(::send(socket.number(), enquiry.data(), enquiry.size(), MSG_NOSIGNAL), "ask a name server");
    std::string packet;
    for (unsigned guesses = 0; guesses < guess_limit;) {
        co_await async::readable(loop, socket.number());
        packet.resize(reply_room);
        const ssize_t size = ::recv(socket.number(), packet.data(), packet.size(), 0);
        if (size < 0 && is_in_progress())
            continue;
        packet.resize(static_cast<std::size_t>(check(size, "hear a name server")));
        const Match match = match_answer(enquiry, packet);
        if (match == Match::exact && !LDNS_TC_WIRE(wire_of(packet)))
            co_return std::move(packet);
        if (match != Match::none)
            co_return std::nullopt;
        ++guesses;
    }
    co_return std::nullopt;
}

async::Task<> write_whole(async::EventLoop& loop, int socket, std::string bytes)
{
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const ssize_t count = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count < 0 && is_in_progress())
            co_await async::Readiness{loop, socket, EPOLLOUT};
        else
            sent += static_cast<std::size_t>(check(count, "ask a name server"));
    }
}

async::Task<std::string> read_exactly(async::EventLoop& loop, int socket, std::size_t size)
{
    std::string bytes(size, '\0');
    std::size_t got = 0;
    while (got < size) {
        const ssize_t count = ::recv(socket, bytes.data() + got, size - got, 0);
        if (count < 0 && is_in_progress()) {
            co_await async::readable(loop, socket);
            continue;
        }
        if (check(count, "hear a name server") == 0)
            throw Failure{ErrorCode::io_error, "a name server broke off"};
        got += static_cast<std::size_t>(count);
    }
    co_return bytes;
}

// Each message has its length before it (RFC 1035, 4.2.2).
async::Task<std::string> ask_by_stream(async::EventLoop& loop, SocketAddress server, std::string enquiry)
{
    const Fd socket = make_socket(server, SOCK_STREAM);
    if (::connect(socket.number(), server.pointer(), server.size()) < 0) {
        if (!is_in_progress())
            throw errno_failure(errno, "connect to a name server");
        co_await async::Readiness{loop, socket.number(), EPOLLOUT};
    }
    const std::array<char, 2> length{static_cast<char>(enquiry.size() >> 8U),
                                     static_cast<char>(enquiry.size() & 0xffU)};
    std::string framed{length.data(), length.size()};
    framed += enquiry;
    co_await write_whole(loop, socket.number(), std::move(framed));
    const std::string head = co_await read_exactly(loop, socket.number(), 2);
    std::string packet = co_await read_exactly(loop, socket.number(), ldns_read_uint16(wire_of(head)));
    // Who holds a connection knows what was asked: capitals prove nothing here.
    if (match_answer(enquiry, packet) == Match::none)
        throw Failure{ErrorCode::unavailable, "a name server answers what was not asked"};
    co_return packet;
}

} // namespace

async::Task<ReplyRef> ask_server(async::EventLoop& loop, SocketAddress server, Enquiry enquiry)
{
    std::string composed = compose_enquiry(enquiry);
    std::optional<std::string> packet = co_await ask_by_datagram(loop, server, composed);
    if (!packet)
        packet = co_await ask_by_stream(loop, server, std::move(composed));
    std::optional<Reply> reply = parse_reply(*packet, Clock::now());
    if (!reply || reply->is_truncated)
        throw Failure{ErrorCode::unavailable, "a name server's answer cannot be read"};
    co_return std::make_shared<const Reply>(*std::move(reply));
}

} // namespace slipway::dns_server
