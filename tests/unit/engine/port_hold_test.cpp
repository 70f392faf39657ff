// SPDX-License-Identifier: LGPL-2.1-or-later
// Port holds: nobody else gets a port that is held, and connections that are over are no obstacle.
#include "engine/network/port_hold.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

const sockaddr* any(const sockaddr_in& address)
{
    return reinterpret_cast<const sockaddr*>(&address); // NOLINT: the API's way
}

// As servers do it. Empty where somebody else has the port.
Fd listen_at(std::uint16_t port)
{
    Fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int on = 1;
    ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    const sockaddr_in address = loopback(port);
    if (::bind(socket.number(), any(address), sizeof(address)) < 0 || ::listen(socket.number(), 5) < 0)
        return {};
    return socket;
}

bool connect_to(const Fd& client, std::uint16_t port)
{
    const sockaddr_in address = loopback(port);
    return ::connect(client.number(), any(address), sizeof(address)) == 0;
}

// A server that has served somebody, hung up first and ended.
std::uint16_t port_with_an_ended_connection()
{
    const Fd server = listen_at(0);
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    ::getsockname(server.number(), reinterpret_cast<sockaddr*>(&address), &size); // NOLINT: the API's way
    const std::uint16_t port = ntohs(address.sin_port);
    const Fd client{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    EXPECT_TRUE(connect_to(client, port));
    Fd accepted{::accept4(server.number(), nullptr, nullptr, SOCK_CLOEXEC)};
    accepted = Fd{};
    std::array<char, 1> byte{};
    EXPECT_EQ(::read(client.number(), byte.data(), byte.size()), 0);
    return port;
}

std::vector<PublishedPort> published(std::uint16_t port)
{
    return parse_published(std::to_string(port) + ":80");
}

TEST(PortHoldTest, ConnectionsThatAreOverAreNoObstacle)
{
    std::vector<PublishedPort> ports = published(port_with_an_ended_connection());
    const std::vector<Fd> held = hold_ports(ports);
    ASSERT_EQ(held.size(), 1U);
}

TEST(PortHoldTest, NobodyElseGetsWhatIsHeldWithConnectionsThatAreOver)
{
    const std::uint16_t port = port_with_an_ended_connection();
    std::vector<PublishedPort> ports = published(port);
    const std::vector<Fd> held = hold_ports(ports);
    std::vector<PublishedPort> same = published(port);
    EXPECT_FAILURE(hold_ports(same), ErrorCode::port_taken, "is taken");
    EXPECT_FALSE(listen_at(port));
    // Nobody listens there either: what is not handed to the container is refused.
    const Fd client{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    EXPECT_FALSE(connect_to(client, port));
}

TEST(PortHoldTest, WhoListensKeepsItsPort)
{
    const std::uint16_t port = port_with_an_ended_connection();
    const Fd server = listen_at(port);
    ASSERT_TRUE(server);
    std::vector<PublishedPort> ports = published(port);
    EXPECT_FAILURE(hold_ports(ports), ErrorCode::port_taken, "is taken by");
}

} // namespace

} // namespace slipway::engine
