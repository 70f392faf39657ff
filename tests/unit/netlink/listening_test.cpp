// SPDX-License-Identifier: LGPL-2.1-or-later
// TCP sockets of a namespace: who listens where, and how many are connected.
#include "base/failure.hpp"
#include "netlink/listening.hpp"
#include "netlink/namespace_setup.hpp"
#include "netlink/namespaces.hpp"
#include "support/own_network.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

namespace slipway::netlink {
namespace {

class TcpSocketsOf : public testing::OwnNetwork {
  protected:
    static constexpr std::uint16_t port = 5432;

    static sockaddr_in at(const char* text)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = ::htons(port);
        std::memcpy(&address.sin_addr, IpAddress::parse(text).value().bytes().data(), 4);
        return address;
    }

    static Fd listen_at(const char* text)
    {
        Fd socket{check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "make a socket")};
        const sockaddr_in address = at(text);
        check(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              "bind"); // NOLINT
        check(::listen(socket.number(), 9), "listen");
        return socket;
    }
};

TEST_F(TcpSocketsOf, ANamespaceAreFoundByTheirPort)
{
    TcpSockets sockets{own_network_namespace()};
    EXPECT_FALSE(sockets.find_listening(port));
    const Fd first = listen_at("127.0.0.2");
    EXPECT_EQ(sockets.find_listening(port).value().text(), "127.0.0.2");
    EXPECT_FALSE(sockets.find_listening(port + 1));
}

TEST_F(TcpSocketsOf, SeveralPlacesTheOneThatLeadsFurthestComesFirst)
{
    TcpSockets sockets{own_network_namespace()};
    const Fd loopback = listen_at("127.0.0.2");
    Fd all{check(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), "make a socket")};
    const int yes = 1;
    check(::setsockopt(all.number(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes), "change a socket");
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = ::htons(port);
    check(::bind(all.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
          "bind"); // NOLINT
    check(::listen(all.number(), 9), "listen");
    EXPECT_EQ(sockets.find_listening(port).value().text(), "::");
}

TEST_F(TcpSocketsOf, OthersAreNotSeen)
{
    TcpSockets elsewhere{make_network_namespace()};
    const Fd here = listen_at("127.0.0.1");
    EXPECT_FALSE(elsewhere.find_listening(port));
}

TEST_F(TcpSocketsOf, ConnectionsAreCounted)
{
    set_up_namespace(own_network_namespace(), {});
    TcpSockets sockets{own_network_namespace()};
    const Fd listening = listen_at("127.0.0.1");
    EXPECT_EQ(sockets.count_connected(port), 0U);
    Fd caller{check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "make a socket")};
    const sockaddr_in address = at("127.0.0.1");
    check(::connect(caller.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
          "connect"); // NOLINT
    EXPECT_EQ(sockets.count_connected(port), 1U);
    const Fd accepted{check(::accept4(listening.number(), nullptr, nullptr, SOCK_CLOEXEC), "accept")};
    EXPECT_EQ(sockets.count_connected(port), 1U);
}

} // namespace
} // namespace slipway::netlink
