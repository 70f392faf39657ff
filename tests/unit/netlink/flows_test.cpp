// SPDX-License-Identifier: LGPL-2.1-or-later
// Flows of UDP: a client that keeps its socket reaches whoever has the published port now, once the kernel
// has forgotten who had it.
#include "netlink/flows.hpp"
#include "unit/netlink/endpoints.hpp"
#include "unit/netlink/stage.hpp"

#include <array>
#include <netinet/in.h>

namespace slipway::netlink {
namespace {

constexpr std::uint16_t published = 5300;
constexpr std::uint16_t served = 53;

class Flows : public Stage {
  protected:
    void SetUp() override
    {
        Stage::SetUp();
        if (!IsSkipped())
            fill();
    }

    void publish(const Actor& actor)
    {
        Stage::publish("ports4", Key{}.proto(IPPROTO_UDP).port(published), actor.v4, served);
        Stage::publish("ports6", Key{}.proto(IPPROTO_UDP).port(published), actor.v6, served);
    }

    void hide()
    {
        ElementBatch batch;
        batch.remove("ports4", Key{}.proto(IPPROTO_UDP).port(published));
        batch.remove("ports6", Key{}.proto(IPPROTO_UDP).port(published));
        commit(netfilter(), Table{}, batch);
    }

    std::size_t forget(const IpAddress& receiver, std::optional<std::uint16_t> port = {})
    {
        return forget_udp_flows(netfilter(), {receiver.family(), port},
                                [&receiver](const UdpFlow& flow) { return flow.receiver == receiver; });
    }
};

TEST_F(Flows, OfOneReceiverAreForgottenAndAreDecidedUponAnew)
{
    publish(blue_one);
    Server before{blue_one.place, Transport::udp, served};
    Server after{blue_two.place, Transport::udp, served};
    for (const IpAddress& host : {host_v4, host_v6}) {
        const Fd client = call(outside.place, Transport::udp, host, published);
        EXPECT_TRUE(before.next_client());
        hide();
        publish(blue_two);
        send_again(client, host, published);
        EXPECT_TRUE(before.next_client()) << "the kernel decides by itself: then this room is for nothing";
        EXPECT_EQ(forget(host.is_v4() ? blue_one.v4 : blue_one.v6), 1U);
        send_again(client, host, published);
        EXPECT_TRUE(after.next_client());
        hide();
        publish(blue_one);
    }
}

TEST_F(Flows, OfAllOthersStay)
{
    publish(blue_one);
    Server server{blue_one.place, Transport::udp, served};
    const Fd client = call(outside.place, Transport::udp, host_v4, published);
    EXPECT_TRUE(server.next_client());
    EXPECT_EQ(forget(blue_two.v4), 0U);
    EXPECT_EQ(forget(blue_one.v4, published + 1), 0U);
    std::size_t seen = 0;
    forget_udp_flows(netfilter(), {}, [&](const UdpFlow& flow) {
        if (flow.port == published) {
            ++seen;
            EXPECT_EQ(flow.address, host_v4);
            EXPECT_EQ(flow.receiver, blue_one.v4);
        }
        return false;
    });
    EXPECT_EQ(seen, 1U);
    EXPECT_EQ(forget(blue_one.v4, published), 1U);
    EXPECT_EQ(forget(blue_one.v4), 0U);
}

TEST_F(Flows, OfTcpAreNoneOfThese)
{
    Stage::publish("ports4", Key{}.proto(IPPROTO_TCP).port(published), blue_one.v4, served);
    Server server{blue_one.place, Transport::tcp, served};
    const Fd client = call(outside.place, Transport::tcp, host_v4, published);
    EXPECT_TRUE(server.next_client());
    EXPECT_EQ(forget(blue_one.v4), 0U);
}

} // namespace
} // namespace slipway::netlink
