// SPDX-License-Identifier: LGPL-2.1-or-later
// Watches: what is told of links and rules, and what is not.
#include "netlink/addresses.hpp"
#include "netlink/bridges.hpp"
#include "netlink/watch.hpp"
#include "support/nft.hpp"
#include "support/own_network.hpp"
#include "unit/netlink/words.hpp"

#include <gmock/gmock.h>

#include <poll.h>

namespace slipway::netlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Watches : public testing::OwnNetwork {
  protected:
    static bool is_readable(int fd)
    {
        pollfd entry{fd, POLLIN, 0};
        return ::poll(&entry, 1, 0) == 1;
    }

    // Events of one kind, in their order.
    template <typename Event>
    static std::vector<Event> of(const std::vector<LinkEvent>& events)
    {
        std::vector<Event> chosen;
        for (const LinkEvent& event : events)
            if (const auto* found = std::get_if<Event>(&event))
                chosen.push_back(*found);
        return chosen;
    }
};

TEST_F(Watches, ALinkIsToldFromItsMakingToItsEnd)
{
    LinkWatch watch;
    EXPECT_FALSE(is_readable(watch.fd()));
    Socket socket;
    const int index = make_bridge(socket, {.name = "br0"});
    EXPECT_TRUE(is_readable(watch.fd()));
    const auto made = of<LinkChanged>(watch.read());
    ASSERT_FALSE(made.empty());
    EXPECT_EQ(made.back().link.name, "br0");
    EXPECT_EQ(made.back().link.kind, "bridge");
    rename(socket, index, "br1");
    EXPECT_EQ(of<LinkChanged>(watch.read()).back().link.name, "br1");
    remove_link(socket, index);
    const auto gone = of<LinkGone>(watch.read());
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone.front().index, index);
    EXPECT_THAT(watch.read(), IsEmpty());
}

TEST_F(Watches, ABridgesPortThatLeavesIsNotGone)
{
    Socket socket;
    const int bridge = make_bridge(socket, {.name = "br0"});
    const Veth veth = make_veth(socket, {.host_name = "port0", .bridge = bridge}, make_network_namespace());
    LinkWatch watch;
    set_master(socket, veth.host, 0);
    EXPECT_THAT(of<LinkGone>(watch.read()), IsEmpty());
}

TEST_F(Watches, AddressesAreTold)
{
    Socket socket;
    const int index = make_bridge(socket, {.name = "br0"});
    LinkWatch watch;
    add_address(socket, index, prefix("10.1.2.1/24"));
    const auto added = of<AddressAdded>(watch.read());
    ASSERT_EQ(added.size(), 1U);
    EXPECT_EQ(added.front().prefix, prefix("10.1.2.1/24"));
    remove_address(socket, index, prefix("10.1.2.1/24"));
    EXPECT_EQ(of<AddressGone>(watch.read()).size(), 1U);
}

TEST_F(Watches, WhereEventsWereLostAllIsToBeLookedAtAnew)
{
    LinkWatch watch;
    Socket socket;
    const int index = make_bridge(socket, {.name = "br0"});
    std::vector<LinkEvent> events;
    for (int round = 0; round < 20'000; ++round)
        set_mtu(socket, index, 1400U + static_cast<unsigned>(round % 2));
    events = watch.read();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<Resync>(events.front()));
    set_mtu(socket, index, 1300);
    EXPECT_FALSE(of<LinkChanged>(watch.read()).empty());
}

TEST_F(Watches, RulesAreToldWhenTheirTableIsGoneOrChanged)
{
    if (!testing::has_nft())
        GTEST_SKIP() << "wants the program nft";
    testing::nft("table inet slipway { set names { type ifname; }; chain c { }\n }\n table inet other { "
                 "chain c { }\n }");
    RulesWatch watch;
    testing::nft("add rule inet other c drop; delete table inet other");
    EXPECT_THAT(watch.read(), IsEmpty());
    testing::nft("add element inet slipway names { \"br0\" }");
    EXPECT_THAT(watch.read(), IsEmpty());
    testing::nft("add rule inet slipway c drop");
    EXPECT_THAT(watch.read(), ElementsAre(RulesEvent::rules_changed));
    testing::nft("flush ruleset");
    EXPECT_EQ(watch.read().front(), RulesEvent::table_gone);
}

} // namespace
} // namespace slipway::netlink
