// SPDX-License-Identifier: LGPL-2.1-or-later
// Links: made, found, changed and removed, and how the kernel's refusals are told apart.
#include "netlink/bridges.hpp"
#include "netlink/links.hpp"
#include "netlink/uplinks.hpp"
#include "support/failure_of.hpp"
#include "support/own_network.hpp"
#include "unit/netlink/words.hpp"

#include <gmock/gmock.h>

namespace slipway::netlink {
namespace {

class Links : public testing::OwnNetwork {
  protected:
    void SetUp() override
    {
        OwnNetwork::SetUp();
        if (IsSkipped())
            return;
        inside_ = make_network_namespace();
        socket_.emplace();
    }

    Socket& socket() { return *socket_; }
    const Fd& inside() const { return inside_; }

  private:
    Fd inside_;
    std::optional<Socket> socket_;
};

const MacAddress own_mac = mac("02:42:0a:00:00:02");

TEST_F(Links, ABridgeIsFoundByNameAndByIndex)
{
    const int index =
        make_bridge(socket(), {.name = "br0", .mtu = 1400, .mac = own_mac, .alias = "network web"});
    const auto bridge = find_link(socket(), "br0");
    ASSERT_TRUE(bridge);
    EXPECT_EQ(bridge->index, index);
    EXPECT_EQ(bridge->kind, "bridge");
    EXPECT_EQ(bridge->alias, "network web");
    EXPECT_EQ(bridge->mtu, 1400U);
    EXPECT_EQ(bridge->mac, own_mac);
    EXPECT_FALSE(bridge->is_up);
    EXPECT_EQ(find_link(socket(), index)->name, "br0");
}

TEST_F(Links, ThereIsNoneOfAnotherNameOrIndex)
{
    EXPECT_FALSE(find_link(socket(), "br0"));
    EXPECT_FALSE(find_link(socket(), 4711));
}

TEST_F(Links, AreListedWithTheLoopback)
{
    make_bridge(socket(), {.name = "br0"});
    std::vector<std::string> names;
    for (const Link& link : links(socket()))
        names.push_back(link.name);
    EXPECT_EQ(names, (std::vector<std::string>{"lo", "br0"}));
}

TEST_F(Links, ANameThatIsTakenIsToldByItsCode)
{
    make_bridge(socket(), {.name = "br0"});
    EXPECT_FAILURE(make_bridge(socket(), {.name = "br0"}), ErrorCode::name_taken, "");
    EXPECT_FAILURE(make_veth(socket(), {.host_name = "br0"}, inside()), ErrorCode::name_taken, "");
}

TEST_F(Links, ALinkThatIsNotThereIsToldByItsCode)
{
    EXPECT_FAILURE(set_up(socket(), 4711), ErrorCode::no_such_device, "");
    EXPECT_FALSE(remove_link(socket(), 4711));
}

TEST_F(Links, TheKernelsOwnReasonIsInTheMessage)
{
    const int index = make_bridge(socket(), {.name = "br0"});
    EXPECT_FAILURE(set_mtu(socket(), index, 1), ErrorCode::io_error, "mtu");
}

TEST_F(Links, ABridgeKeepsItsMacWhateverPortsCome)
{
    const int bridge = make_bridge(socket(), {.name = "br0"});
    const MacAddress before = find_link(socket(), bridge)->mac;
    make_veth(socket(), {.host_name = "port0", .bridge = bridge}, inside());
    EXPECT_EQ(find_link(socket(), bridge)->mac, before);
}

TEST_F(Links, AVethHasBothItsEndsUpAndItsCarrierAtOnce)
{
    const int bridge = make_bridge(socket(), {.name = "br0"});
    set_up(socket(), bridge);
    const Veth veth = make_veth(socket(),
                                {.host_name = "port0",
                                 .bridge = bridge,
                                 .alias = "web",
                                 .port = {.isolated = true, .hairpin = false},
                                 .inner_mac = own_mac,
                                 .mtu = 1300},
                                inside());
    const auto host_end = find_link(socket(), veth.host);
    ASSERT_TRUE(host_end);
    EXPECT_EQ(host_end->kind, "veth");
    EXPECT_EQ(host_end->master, bridge);
    EXPECT_EQ(host_end->alias, "web");
    EXPECT_TRUE(host_end->is_up);
    EXPECT_TRUE(host_end->has_carrier);
    Socket within = Socket::in(inside());
    const auto inner_end = find_link(within, "eth0");
    ASSERT_TRUE(inner_end);
    EXPECT_EQ(inner_end->index, veth.inner);
    EXPECT_EQ(inner_end->mac, own_mac);
    EXPECT_EQ(inner_end->mtu, 1300U);
    EXPECT_TRUE(inner_end->is_up);
    EXPECT_TRUE(inner_end->has_carrier);
}

TEST_F(Links, NothingIsLeftOfAVethThatCouldNotBeFinished)
{
    const std::string too_long(300, 'x');
    EXPECT_THROW(make_veth(socket(), {.host_name = "port0", .alias = too_long}, inside()), Failure);
    EXPECT_FALSE(find_link(socket(), "port0"));
    Socket within = Socket::in(inside());
    EXPECT_FALSE(find_link(within, "eth0"));
}

TEST_F(Links, PortFlagsAreForPortsOnly)
{
    const int bridge = make_bridge(socket(), {.name = "br0"});
    const int port = make_veth(socket(), {.host_name = "port0", .bridge = bridge}, inside()).host;
    set_port(socket(), port, {.isolated = true, .learning = false});
    EXPECT_THROW(set_port(socket(), bridge, {.isolated = true}), Failure);
}

TEST_F(Links, AreRenamedMovedAndTakenFromTheirBridge)
{
    const int bridge = make_bridge(socket(), {.name = "br0"});
    const int port = make_veth(socket(), {.host_name = "port0", .bridge = bridge}, inside()).host;
    set_master(socket(), port, 0);
    EXPECT_EQ(find_link(socket(), port)->master, 0);
    set_down(socket(), port);
    rename(socket(), port, "port1");
    set_mac(socket(), port, own_mac);
    EXPECT_EQ(find_link(socket(), "port1")->mac, own_mac);
    move(socket(), port, inside(), "eth1");
    EXPECT_FALSE(find_link(socket(), "port1"));
    Socket within = Socket::in(inside());
    EXPECT_TRUE(find_link(within, "eth1"));
    EXPECT_TRUE(remove_link(socket(), bridge));
}

TEST_F(Links, AMacvlanIsBornInTheNamespaceOfTheContainer)
{
    const int parent = make_veth(socket(), {.host_name = "wire"}, make_network_namespace()).host;
    make_macvlan(socket(), {.parent = parent, .mac = own_mac}, MacvlanMode::bridge, inside());
    Socket within = Socket::in(inside());
    const auto link = find_link(within, "eth0");
    ASSERT_TRUE(link);
    EXPECT_EQ(link->kind, "macvlan");
    EXPECT_EQ(link->mac, own_mac);
    EXPECT_TRUE(link->is_up);
    EXPECT_FAILURE(make_macvlan(socket(), {.parent = 4711}, MacvlanMode::bridge, make_network_namespace()),
                   ErrorCode::no_such_device, "");
}

TEST_F(Links, AnIpvlanAndADummyAreMadeOrNotSupported)
{
    const int parent = make_veth(socket(), {.host_name = "wire"}, make_network_namespace()).host;
    try {
        make_ipvlan(socket(), {.parent = parent}, IpvlanMode::l2, inside());
        make_dummy(socket(), "dummy0");
        EXPECT_EQ(find_link(socket(), "dummy0")->kind, "dummy");
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.code(), ErrorCode::not_supported) << failure.message();
    }
}

} // namespace
} // namespace slipway::netlink
