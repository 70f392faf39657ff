// SPDX-License-Identifier: LGPL-2.1-or-later
// The rules within a network: whose frames get from one container to another.
#include "netlink/addresses.hpp"
#include "unit/netlink/frames.hpp"
#include "unit/netlink/stage.hpp"

#include <algorithm>
#include <linux/if_ether.h>
#include <netinet/in.h>

namespace slipway::netlink {
namespace {

constexpr std::uint16_t local_experiment = 0x88b5; // IEEE 802: for whoever tries something

const IpAddress everybody_v4 = address("255.255.255.255");
const IpAddress everybody_v6 = address("ff02::1");
const IpAddress nobody_v4 = address("0.0.0.0");
const IpAddress nobody_v6 = address("::");

class BridgeRules : public Stage {
  protected:
    void SetUp() override
    {
        Stage::SetUp();
        if (IsSkipped())
            return;
        fill();
        sender_.emplace(blue_one.place);
        listener_.emplace(blue_two.place);
    }

    // That blue_two hears what blue_one sends.
    bool passes(const Frame& sent)
    {
        sender_->send(sent);
        const Frame last = frame(blue_one.mac, ETH_P_ARP, arp_answer(blue_one.mac, blue_one.v4));
        sender_->send(last);
        const std::vector<Frame> heard = listener_->hear_until(last);
        return std::ranges::find(heard, sent) != heard.end() && (sent != last || heard.size() > 1);
    }

    Frame from_one_v4(const IpAddress& from, const Frame& content)
    {
        return frame(blue_one.mac, ETH_P_IP, packet(from, everybody_v4, IPPROTO_UDP, content));
    }

    Frame from_one_v6(const IpAddress& from, std::uint8_t protocol, const Frame& content)
    {
        return frame(blue_one.mac, ETH_P_IPV6, packet(from, everybody_v6, protocol, content));
    }

  private:
    std::optional<Wire> sender_;
    std::optional<Wire> listener_;
};

TEST_F(BridgeRules, AContainerSpeaksWithItsOwnAddresses)
{
    EXPECT_TRUE(passes(from_one_v4(blue_one.v4, udp(1000, 2000))));
    EXPECT_TRUE(passes(from_one_v6(blue_one.v6, IPPROTO_UDP, udp(1000, 2000))));
    EXPECT_TRUE(passes(from_one_v6(link_local_of(blue_one.mac), IPPROTO_UDP, udp(1000, 2000))));
}

TEST_F(BridgeRules, ANeighboursMacIsNotForged)
{
    EXPECT_FALSE(passes(frame(blue_two.mac, ETH_P_ARP, arp_answer(blue_two.mac, blue_two.v4))));
    EXPECT_FALSE(
        passes(frame(blue_two.mac, ETH_P_IP, packet(blue_one.v4, everybody_v4, IPPROTO_UDP, udp(1, 2)))));
}

TEST_F(BridgeRules, ANeighboursAddressIsNotForgedByArp)
{
    EXPECT_FALSE(passes(frame(blue_one.mac, ETH_P_ARP, arp_answer(blue_one.mac, blue_two.v4))));
    EXPECT_FALSE(passes(frame(blue_one.mac, ETH_P_ARP, arp_answer(blue_two.mac, blue_two.v4))));
    EXPECT_FALSE(passes(frame(blue_one.mac, ETH_P_ARP, arp_answer(blue_one.mac, blue.v4.address()))));
}

TEST_F(BridgeRules, AProbeForAnAddressPasses)
{
    EXPECT_TRUE(passes(frame(blue_one.mac, ETH_P_ARP, arp_answer(blue_one.mac, nobody_v4))));
}

TEST_F(BridgeRules, ANeighboursAddressIsNotForgedInAPacket)
{
    EXPECT_FALSE(passes(from_one_v4(blue_two.v4, udp(1000, 2000))));
    EXPECT_FALSE(passes(from_one_v6(blue_two.v6, IPPROTO_UDP, udp(1000, 2000))));
    EXPECT_FALSE(passes(from_one_v6(link_local_of(blue_two.mac), IPPROTO_UDP, udp(1000, 2000))));
}

TEST_F(BridgeRules, ANeighboursAddressIsNotAdvertised)
{
    EXPECT_TRUE(passes(from_one_v6(blue_one.v6, IPPROTO_ICMPV6, neighbour_advertisement(blue_one.v6))));
    EXPECT_FALSE(passes(from_one_v6(blue_one.v6, IPPROTO_ICMPV6, neighbour_advertisement(blue_two.v6))));
    EXPECT_FALSE(
        passes(from_one_v6(blue_one.v6, IPPROTO_ICMPV6, neighbour_advertisement(blue.v6.address()))));
}

TEST_F(BridgeRules, AContainerIsNoRouter)
{
    EXPECT_FALSE(passes(from_one_v6(link_local_of(blue_one.mac), IPPROTO_ICMPV6, router_advertisement())));
}

TEST_F(BridgeRules, ARouterDoesNotHideBehindAnOptionsHeader)
{
    // Of hop-by-hop options, eight bytes of padding (RFC 8200, 4.3).
    Frame hidden{IPPROTO_ICMPV6, 0, 1, 4, 0, 0, 0, 0};
    const Frame advertisement = router_advertisement();
    hidden.insert(hidden.end(), advertisement.begin(), advertisement.end());
    EXPECT_FALSE(passes(from_one_v6(link_local_of(blue_one.mac), IPPROTO_HOPOPTS, hidden)));
}

TEST_F(BridgeRules, AContainerIsADhcpClientButNoServer)
{
    EXPECT_TRUE(passes(from_one_v4(nobody_v4, udp(68, 67))));
    EXPECT_FALSE(passes(from_one_v4(nobody_v4, udp(1000, 2000))));
    EXPECT_FALSE(passes(from_one_v4(blue_one.v4, udp(67, 68))));
    EXPECT_FALSE(passes(from_one_v6(blue_one.v6, IPPROTO_UDP, udp(547, 546))));
}

TEST_F(BridgeRules, WithoutAnAddressOnlyDuplicatesAreLookedFor)
{
    const Frame solicitation{135, 0, 0, 0, 0, 0, 0, 0, 0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9};
    EXPECT_TRUE(passes(from_one_v6(nobody_v6, IPPROTO_ICMPV6, solicitation)));
    EXPECT_FALSE(passes(from_one_v6(nobody_v6, IPPROTO_UDP, udp(1000, 2000))));
}

TEST_F(BridgeRules, NothingHidesBehindAVlanOrAnotherProtocol)
{
    Frame tagged{0, 1, 0x08, 0x00};
    const Frame content = packet(blue_two.v4, everybody_v4, IPPROTO_UDP, udp(1000, 2000));
    tagged.insert(tagged.end(), content.begin(), content.end());
    EXPECT_FALSE(passes(frame(blue_one.mac, ETH_P_8021Q, tagged)));
    EXPECT_FALSE(passes(frame(blue_one.mac, local_experiment, {1, 2, 3})));
}

TEST_F(BridgeRules, APortThatIsNotListedIsNotLookedAt)
{
    commit(netfilter(), {Family::bridge}, ElementBatch{}.remove("ports", Key{}.interface(blue_one.port)));
    EXPECT_TRUE(passes(frame(blue_one.mac, local_experiment, {1, 2, 3})));
    EXPECT_TRUE(passes(from_one_v4(blue_two.v4, udp(1000, 2000))));
}

TEST_F(BridgeRules, TheHostIsNotDeceivedEither)
{
    Wire wire{blue_one.place};
    wire.send(frame(blue_one.mac, ETH_P_ARP, arp_answer(blue_one.mac, blue_two.v4)));
    EXPECT_FALSE(passes(frame(blue_one.mac, ETH_P_ARP, arp_answer(blue_one.mac, blue_two.v4))));
    EXPECT_FALSE(forget_neighbour(route(), blue.index, blue_two.v4)) << "the host has learned something";
}

} // namespace
} // namespace slipway::netlink
