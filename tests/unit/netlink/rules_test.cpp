// SPDX-License-Identifier: LGPL-2.1-or-later
// The rules between networks: what is published, hidden, translated and left alone, with real connections.
#include "netlink/addresses.hpp"
#include "netlink/bridges.hpp"
#include "netlink/links.hpp"
#include "netlink/routes.hpp"
#include "unit/netlink/endpoints.hpp"
#include "unit/netlink/stage.hpp"

#include <fstream>
#include <netinet/in.h>

namespace slipway::netlink {
namespace {

constexpr std::uint16_t published = 8080;
constexpr std::uint16_t served = 80;

// With and without br_netfilter, which others load, and which has frames on a bridge seen by the rules of IP.
class Rules : public Stage, public ::testing::WithParamInterface<const char*> {
  protected:
    void SetUp() override
    {
        Stage::SetUp();
        if (IsSkipped())
            return;
        for (const char* name : {"bridge-nf-call-iptables", "bridge-nf-call-ip6tables"})
            if (const std::string path = std::string{"/proc/sys/net/bridge/"} + name;
                ::access(path.c_str(), W_OK) == 0)
                std::ofstream{path} << GetParam();
            else if (GetParam() == std::string_view{"1"})
                GTEST_SKIP() << "the kernel has no br_netfilter";
        fill();
    }

    void publish(const Actor& actor)
    {
        Stage::publish("ports4", Key{}.proto(IPPROTO_TCP).port(published), actor.v4, served);
        Stage::publish("ports6", Key{}.proto(IPPROTO_TCP).port(published), actor.v6, served);
    }

    // As whom a client in FROM reaches a server in AT; nothing where it does not.
    static std::optional<IpAddress> seen_at(const Fd& at, const Fd& from, const IpAddress& to,
                                            std::uint16_t port, Patience patience = Patience::long_)
    {
        Server server{at, Transport::tcp, served};
        const Fd client = call(from, Transport::tcp, to, port);
        const auto seen = server.next_client(patience);
        EXPECT_TRUE(!seen || is_connected(client)) << "no answer came back";
        return seen;
    }

    static bool is_reached(const Fd& at, const Fd& from, const IpAddress& to, std::uint16_t port)
    {
        return seen_at(at, from, to, port, Patience::short_).has_value();
    }
};

TEST_P(Rules, APublishedPortIsReachedFromOutsideAndTheClientsAddressIsKept)
{
    publish(blue_one);
    EXPECT_EQ(seen_at(blue_one.place, outside.place, host_v4, published), outside.v4);
    EXPECT_EQ(seen_at(blue_one.place, outside.place, host_v6, published), outside.v6);
}

TEST_P(Rules, APortOfOneAddressIsPublishedThereOnly)
{
    Stage::publish("ports_on4", Key{}.address(host_v4).proto(IPPROTO_TCP).port(published), blue_one.v4,
                   served);
    Stage::publish("ports_on6", Key{}.address(host_v6).proto(IPPROTO_TCP).port(published), blue_one.v6,
                   served);
    EXPECT_EQ(seen_at(blue_one.place, outside.place, host_v4, published), outside.v4);
    EXPECT_EQ(seen_at(blue_one.place, outside.place, host_v6, published), outside.v6);
    EXPECT_FALSE(is_reached(blue_one.place, host(), address("127.0.0.1"), published));
}

TEST_P(Rules, APublishedPortIsReachedFromTheHostByAnyOfItsAddresses)
{
    publish(blue_one);
    EXPECT_TRUE(seen_at(blue_one.place, host(), host_v4, published));
    EXPECT_TRUE(seen_at(blue_one.place, host(), host_v6, published));
    EXPECT_EQ(seen_at(blue_one.place, host(), address("127.0.0.1"), published), blue.v4.address());
}

TEST_P(Rules, APublishedPortIsReachedFromTheHostsLoopbackOfIpv6)
{
    if (GetParam() == std::string_view{"1"})
        GTEST_SKIP() << "br_netfilter takes the answer for a neighbour's (Linux 6.18)";
    publish(blue_one);
    EXPECT_EQ(seen_at(blue_one.place, host(), address("::1"), published), blue.v6.address());
}

TEST_P(Rules, AContainerReachesItsOwnAndItsNeighboursPublishedPort)
{
    publish(blue_one);
    EXPECT_EQ(seen_at(blue_one.place, blue_one.place, host_v4, published), blue.v4.address());
    EXPECT_EQ(seen_at(blue_one.place, blue_two.place, host_v4, published), blue.v4.address());
    EXPECT_EQ(seen_at(blue_one.place, blue_two.place, host_v6, published), blue.v6.address());
}

TEST_P(Rules, AContainerOfAnotherNetworkReachesAPublishedPortAsItself)
{
    publish(blue_one);
    EXPECT_EQ(seen_at(blue_one.place, red_one.place, host_v4, published), red_one.v4);
    EXPECT_EQ(seen_at(blue_one.place, red_one.place, host_v6, published), red_one.v6);
}

TEST_P(Rules, WhatNobodyPublishedIsNotReachedFromOutside)
{
    EXPECT_FALSE(is_reached(blue_one.place, outside.place, blue_one.v4, served));
    EXPECT_FALSE(is_reached(blue_one.place, outside.place, blue_one.v6, served));
}

TEST_P(Rules, TheHostReachesWhatNobodyPublished)
{
    EXPECT_EQ(seen_at(blue_one.place, host(), blue_one.v4, served), blue.v4.address());
    EXPECT_EQ(seen_at(dark_one.place, host(), dark_one.v4, served), dark.v4.address());
}

TEST_P(Rules, ContainersOfOneNetworkReachEachOtherAndNoOthers)
{
    EXPECT_EQ(seen_at(blue_one.place, blue_two.place, blue_one.v4, served), blue_two.v4);
    EXPECT_EQ(seen_at(blue_one.place, blue_two.place, blue_one.v6, served), blue_two.v6);
    EXPECT_FALSE(is_reached(blue_one.place, red_one.place, blue_one.v4, served));
    EXPECT_FALSE(is_reached(blue_one.place, red_one.place, blue_one.v6, served));
}

TEST_P(Rules, ContainersReachTheOutsideWithTheHostsAddress)
{
    EXPECT_EQ(seen_at(outside.place, blue_one.place, outside.v4, served), host_v4);
    EXPECT_EQ(seen_at(outside.place, blue_one.place, outside.v6, served), host_v6);
}

TEST_P(Rules, WithoutMasqueradeTheyHaveTheirOwn)
{
    commit(netfilter(), {}, ElementBatch{}.remove_prefix("subnets4", blue.v4));
    EXPECT_EQ(seen_at(outside.place, blue_one.place, outside.v4, served), blue_one.v4);
}

TEST_P(Rules, AnInternalNetworkHasNoWayOutAndNoneIn)
{
    EXPECT_FALSE(is_reached(outside.place, dark_one.place, outside.v4, served));
    EXPECT_FALSE(is_reached(blue_one.place, dark_one.place, blue_one.v4, served));
    publish(dark_one);
    EXPECT_FALSE(is_reached(dark_one.place, outside.place, host_v4, published));
    commit(netfilter(), {}, ElementBatch{}.clear("ports4").clear("ports6"));
    publish(blue_one);
    EXPECT_FALSE(is_reached(blue_one.place, dark_one.place, host_v4, published));
}

TEST_P(Rules, NothingComesToTheHostsLoopbackByABridge)
{
    Server server{host(), Transport::tcp, served};
    in_namespace(blue_one.place, [this] {
        // Its own loopback would take it otherwise.
        Socket socket;
        remove_address(socket, 1, prefix("127.0.0.1/8"));
        add_route(socket, {.destination = prefix("127.0.0.0/8"),
                           .gateway = blue.v4.address(),
                           .link = find_link(socket, "eth0")->index});
    });
    const Fd client = call(blue_one.place, Transport::tcp, address("127.0.0.1"), served);
    EXPECT_FALSE(server.next_client(Patience::short_));
}

TEST_P(Rules, AGatewaysNamesAreForItsOwnNetworkAndTheHost)
{
    Server names{host(), Transport::udp, 53};
    const auto ask = [](const Actor& who, const IpAddress& whom) {
        return call(who.place, Transport::udp, whom, 53);
    };
    for (const auto& [gateway, own] :
         {std::pair{blue.v4.address(), blue_one.v4}, {blue.v6.address(), blue_one.v6}})
    {
        ask(red_one, gateway);
        ask(outside, gateway);
        ask(dark_one, gateway);
        ask(blue_one, gateway);
        EXPECT_EQ(names.next_client(), own) << "nobody else's came before it";
        call(host(), Transport::udp, gateway, 53);
        EXPECT_EQ(names.next_client(), gateway);
    }
}

TEST_P(Rules, TheHostsOtherPortsAreLeftToItsOwnRules)
{
    Server server{host(), Transport::tcp, served};
    const Fd client = call(red_one.place, Transport::tcp, blue.v4.address(), served);
    EXPECT_EQ(server.next_client(), red_one.v4);
}

TEST_P(Rules, AChainInFrontMayFilterByThePortThatWasAskedFor)
{
    publish(blue_one);
    testing::nft(R"(table inet mine {
               chain forward {
                   type filter hook forward priority filter - 10;
                   ct status dnat meta l4proto tcp ct original proto-dst 8080 ip saddr 192.0.2.2 drop
               }
           })");
    EXPECT_FALSE(is_reached(blue_one.place, outside.place, host_v4, published));
    EXPECT_TRUE(seen_at(blue_one.place, outside.place, host_v6, published));
}

TEST_P(Rules, WhatIsForwardedBetweenOthersIsNotTouched)
{
    const Fd elsewhere = make_network_namespace();
    const Veth veth = make_veth(route(), {.host_name = "lan"}, elsewhere);
    add_address(route(), veth.host, prefix("198.51.100.1/24"));
    Socket within = Socket::in(elsewhere);
    add_address(within, veth.inner, prefix("198.51.100.2/24"));
    add_default_route(within, address("198.51.100.1"), veth.inner);
    EXPECT_EQ(seen_at(elsewhere, outside.place, address("198.51.100.2"), served), outside.v4);
}

INSTANTIATE_TEST_SUITE_P(WithBridgeNetfilter, Rules, ::testing::Values("0", "1"));

} // namespace
} // namespace slipway::netlink
