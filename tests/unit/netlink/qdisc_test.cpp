// SPDX-License-Identifier: LGPL-2.1-or-later
// Limits: how much of a burst gets through, in either direction of a container's link.
#include "netlink/addresses.hpp"
#include "netlink/bridges.hpp"
#include "netlink/links.hpp"
#include "netlink/qdisc.hpp"
#include "support/failure_of.hpp"
#include "support/own_network.hpp"
#include "unit/netlink/endpoints.hpp"
#include "unit/netlink/frames.hpp"
#include "unit/netlink/words.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace slipway::netlink {
namespace {

class Limits : public testing::OwnNetwork {
  protected:
    void SetUp() override
    {
        OwnNetwork::SetUp();
        if (IsSkipped())
            return;
        socket_.emplace();
        const int bridge = make_bridge(socket(), {.name = "br0"});
        set_up(socket(), bridge);
        one_ = make_network_namespace();
        other_ = make_network_namespace();
        port_ =
            make_veth(socket(), {.host_name = "port0", .bridge = bridge, .inner_mac = mac_of_one}, one_).host;
        make_veth(socket(), {.host_name = "port1", .bridge = bridge}, other_);
    }

    Socket& socket() { return *socket_; }
    int port() const { return port_; }

    std::size_t from_one() { return count_heard(one_, other_); }
    std::size_t to_one() { return count_heard(other_, one_); }

    static constexpr std::size_t sent = 60;
    const Rate slow{.bits_per_second = 1'000'000};

  private:
    // How many of SENT frames, 1,414 bytes each and at once, get from one to the other.
    std::size_t count_heard(const Fd& from, const Fd& to)
    {
        const Frame large = frame(mac("02:00:00:00:00:99"), 0x88b5, Frame(1400, 7));
        Wire sender{from};
        Wire listener{to};
        for (std::size_t count = 0; count < sent; ++count)
            sender.send(large);
        const std::vector<Frame> heard = listener.hear_until_silence();
        return static_cast<std::size_t>(std::ranges::count(heard, large));
    }

    const MacAddress mac_of_one = mac("02:00:00:00:00:01");
    std::optional<Socket> socket_;
    Fd one_;
    Fd other_;
    int port_ = 0;
};

TEST_F(Limits, WithoutOneAllGetsThrough)
{
    EXPECT_EQ(to_one(), sent);
    EXPECT_EQ(from_one(), sent);
}

TEST_F(Limits, WhatAContainerReceivesIsLimitedAtTheHostsEnd)
{
    limit_sending(socket(), port(), slow);
    EXPECT_LT(to_one(), sent / 2);
    EXPECT_EQ(from_one(), sent);
    EXPECT_TRUE(unlimit_sending(socket(), port()));
    EXPECT_FALSE(unlimit_sending(socket(), port()));
    EXPECT_EQ(to_one(), sent);
}

TEST_F(Limits, WhatAContainerSendsIsLimitedByAnIfb)
{
    limit_receiving(socket(), port(), "limit0", slow);
    EXPECT_LT(from_one(), sent / 2);
    EXPECT_GT(from_one(), 0U);
    EXPECT_EQ(to_one(), sent);
    EXPECT_TRUE(unlimit_receiving(socket(), port(), "limit0"));
    EXPECT_FALSE(unlimit_receiving(socket(), port(), "limit0"));
    EXPECT_FALSE(find_link(socket(), "limit0"));
    EXPECT_EQ(from_one(), sent);
}

TEST_F(Limits, AnotherRateReplacesTheOneBefore)
{
    limit_sending(socket(), port(), slow);
    limit_sending(socket(), port(), {.bits_per_second = 50'000'000'000, .burst = 1'000'000});
    EXPECT_EQ(to_one(), sent);
}

TEST_F(Limits, NothingIsLeftWhereTheLinkIsNotThere)
{
    EXPECT_FAILURE(limit_sending(socket(), 4711, slow), ErrorCode::no_such_device, "4711");
    EXPECT_THROW(limit_receiving(socket(), 4711, "limit0", slow), Failure);
    EXPECT_FALSE(find_link(socket(), "limit0"));
}

} // namespace
} // namespace slipway::netlink
