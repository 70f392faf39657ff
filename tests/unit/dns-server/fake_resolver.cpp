// SPDX-License-Identifier: LGPL-2.1-or-later
// FakeResolver: one port for UDP and TCP.
#include "fake_resolver.hpp"

#include "async/readiness.hpp"
#include "base/failure.hpp"

#include <stdexcept>

namespace slipway::dns_server {

namespace {

Fd bound_socket(int type, SocketAddress& address)
{
    Fd socket{check(::socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "make a socket")};
    check(::bind(socket.number(), address.pointer(), address.size()), "bind");
    address = SocketAddress::of_socket(socket.number());
    return socket;
}

void rethrow(const std::exception_ptr& failure) // to std::terminate: a test's own defect
{
    std::rethrow_exception(failure);
}

} // namespace

FakeResolver::FakeResolver(async::EventLoop& loop)
    : loop_{&loop}, address_{IpAddress::parse("127.0.0.1").value(), 0}, scope_{&rethrow}
{
    datagram_socket_ = bound_socket(SOCK_DGRAM, address_);
    listener_ = bound_socket(SOCK_STREAM, address_);
    check(::listen(listener_.number(), 8), "listen");
    datagram_answers_ = stream_answers_ = [](const std::string&) { return std::vector<std::string>{}; };
    scope_.spawn(serve_datagrams());
    scope_.spawn(serve_streams());
}

async::Task<> FakeResolver::serve_datagrams()
{
    for (;;) {
        co_await async::readable(*loop_, datagram_socket_.number());
        std::string query(4096, '\0');
        SocketAddress asker;
        socklen_t size = SocketAddress::capacity;
        const ssize_t count =
            ::recvfrom(datagram_socket_.number(), query.data(), query.size(), 0, asker.pointer(), &size);
        if (count < 0)
            continue;
        query.resize(static_cast<std::size_t>(count));
        datagrams_.push_back(query);
        askers_.push_back(asker);
        for (const std::string& packet : datagram_answers_(query))
            ::sendto(datagram_socket_.number(), packet.data(), packet.size(), 0, asker.pointer(), size);
    }
}

async::Task<> FakeResolver::serve_streams()
{
    for (;;) {
        co_await async::readable(*loop_, listener_.number());
        Fd connection{::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (connection)
            scope_.spawn(serve_stream(std::move(connection)));
    }
}

// One question; answers go out byte by byte.
async::Task<> FakeResolver::serve_stream(Fd connection)
{
    std::string bytes;
    while (bytes.size() < 2 || bytes.size() < 2U + static_cast<unsigned char>(bytes[1])) {
        co_await async::readable(*loop_, connection.number());
        std::string part(4096, '\0');
        const ssize_t count = ::recv(connection.number(), part.data(), part.size(), 0);
        if (count <= 0)
            co_return;
        bytes.append(part, 0, static_cast<std::size_t>(count));
    }
    streams_.push_back(bytes.substr(2));
    for (const std::string& packet : stream_answers_(bytes.substr(2))) {
        std::string framed{static_cast<char>(packet.size() >> 8U), static_cast<char>(packet.size() & 0xffU)};
        framed += packet;
        for (const char byte : framed)
            ::send(connection.number(), &byte, 1, MSG_NOSIGNAL);
    }
}

} // namespace slipway::dns_server
