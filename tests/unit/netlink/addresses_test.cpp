// SPDX-License-Identifier: LGPL-2.1-or-later
// Addresses and routes: put, told apart where they are there already, listed.
#include "netlink/addresses.hpp"
#include "netlink/bridges.hpp"
#include "netlink/links.hpp"
#include "netlink/routes.hpp"
#include "support/failure_of.hpp"
#include "support/own_network.hpp"
#include "unit/netlink/words.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>

namespace slipway::netlink {
namespace {

class Addresses : public testing::OwnNetwork {
  protected:
    void SetUp() override
    {
        OwnNetwork::SetUp();
        if (IsSkipped())
            return;
        socket_.emplace();
        bridge_ = make_bridge(socket(), {.name = "br0"});
        set_up(socket(), bridge_);
    }

    Socket& socket() { return *socket_; }
    int bridge() const { return bridge_; }

    bool has_address(const IpPrefix& prefix)
    {
        return std::ranges::count(addresses(socket()), LinkAddress{bridge_, prefix}) == 1;
    }

    bool has_route(const IpPrefix& destination, std::optional<IpAddress> gateway = {})
    {
        return std::ranges::any_of(routes(socket()), [&](const Route& route) {
            return route.destination == destination && route.gateway == gateway && route.link == bridge_ &&
                   route.is_unicast;
        });
    }

  private:
    std::optional<Socket> socket_;
    int bridge_ = 0;
};

class Routes : public Addresses {};

TEST_F(Addresses, ArePutOnceAndTakenOnce)
{
    for (const char* text : {"10.1.2.1/24", "fd00:1::1/64"}) {
        EXPECT_TRUE(add_address(socket(), bridge(), prefix(text)));
        EXPECT_FALSE(add_address(socket(), bridge(), prefix(text)));
        EXPECT_TRUE(has_address(prefix(text)));
        EXPECT_TRUE(remove_address(socket(), bridge(), prefix(text)));
        EXPECT_FALSE(remove_address(socket(), bridge(), prefix(text)));
        EXPECT_FALSE(has_address(prefix(text)));
    }
}

TEST_F(Addresses, OfALinkThatIsNotThereAreRefused)
{
    EXPECT_FAILURE(add_address(socket(), 4711, prefix("10.1.2.1/24")), ErrorCode::no_such_device, "10.1.2.1");
}

TEST_F(Addresses, TheKernelMakesTheLinkLocalOneThatWeForetell)
{
    const Fd inside = make_network_namespace();
    const MacAddress own = mac("02:42:0a:00:00:02");
    make_veth(socket(), {.host_name = "port0", .bridge = bridge(), .inner_mac = own}, inside);
    EXPECT_EQ(link_local_of(own).text(), "fe80::42:aff:fe00:2");
    Socket within = Socket::in(inside);
    // It comes with the carrier, which the kernel tells its own parts a moment later.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    bool is_there = false;
    while (!is_there && std::chrono::steady_clock::now() < end)
        is_there = std::ranges::any_of(addresses(within), [&](const LinkAddress& each) {
            return each.prefix.address() == link_local_of(own);
        });
    EXPECT_TRUE(is_there);
}

TEST_F(Addresses, APortOfABridgeHasNone)
{
    const int port =
        make_veth(socket(), {.host_name = "port0", .bridge = bridge()}, make_network_namespace()).host;
    EXPECT_FALSE(
        std::ranges::any_of(addresses(socket()), [port](const auto& each) { return each.link == port; }));
}

TEST_F(Addresses, ANeighbourThatNobodyKnowsIsNotForgotten)
{
    add_address(socket(), bridge(), prefix("10.1.2.1/24"));
    EXPECT_FALSE(forget_neighbour(socket(), bridge(), address("10.1.2.7")));
}

TEST_F(Routes, ThoseThatAddressesBringAreListed)
{
    add_address(socket(), bridge(), prefix("10.1.2.1/24"));
    add_address(socket(), bridge(), prefix("fd00:1::1/64"));
    EXPECT_TRUE(has_route(prefix("10.1.2.0/24")));
    EXPECT_TRUE(has_route(prefix("fd00:1::/64")));
}

TEST_F(Routes, OfAllTablesAreListed)
{
    EXPECT_TRUE(add_route(socket(), {.destination = prefix("10.9.0.0/16"), .link = bridge(), .table = 777}));
    EXPECT_TRUE(has_route(prefix("10.9.0.0/16")));
}

TEST_F(Routes, TheDefaultOneGoesByAGatewayThatCanBeReached)
{
    EXPECT_FAILURE(add_default_route(socket(), address("10.1.2.254"), bridge()), ErrorCode::io_error,
                   "0.0.0.0/0");
    add_address(socket(), bridge(), prefix("10.1.2.1/24"));
    add_address(socket(), bridge(), prefix("fd00:1::1/64"));
    EXPECT_TRUE(add_default_route(socket(), address("10.1.2.254"), bridge()));
    EXPECT_FALSE(add_default_route(socket(), address("10.1.2.254"), bridge()));
    EXPECT_TRUE(has_route(prefix("0.0.0.0/0"), address("10.1.2.254")));
    EXPECT_TRUE(add_default_route(socket(), address("fd00:1::ff"), bridge()));
    EXPECT_TRUE(has_route(prefix("::/0"), address("fd00:1::ff")));
}

} // namespace
} // namespace slipway::netlink
