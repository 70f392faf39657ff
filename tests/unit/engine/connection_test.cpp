// SPDX-License-Identifier: LGPL-2.1-or-later
// NetworkPlan: which networks, interfaces and ports a wish comes to, and which wishes contradict themselves.
#include "engine/network/connection.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

NetworkPlan plan_of(std::vector<std::string> networks)
{
    NetworkWish wish;
    wish.networks = std::move(networks);
    return complete(wish, {});
}

std::vector<std::string> interfaces(const NetworkPlan& plan)
{
    std::vector<std::string> found;
    for (const Connection& connection : plan.connections)
        found.push_back(connection.network + ' ' + connection.interface);
    return found;
}

TEST(NetworkPlanTest, IsTheDefaultNetworkWhereNobodySaysOtherwise)
{
    EXPECT_THAT(interfaces(plan_of({})), ElementsAre("default eth0"));
    EXPECT_THAT(interfaces(plan_of({"bridge"})), ElementsAre("default eth0"));
}

TEST(NetworkPlanTest, NumbersTheInterfacesThatHaveNoName)
{
    EXPECT_THAT(interfaces(plan_of({"front", "back"})), ElementsAre("front eth0", "back eth1"));
    EXPECT_THAT(interfaces(plan_of({"front", "back:interface=eth0"})),
                ElementsAre("front eth1", "back eth0"));
    EXPECT_FAILURE(plan_of({"front:interface=lan", "back:interface=lan"}), ErrorCode::invalid_argument,
                   "lan");
}

TEST(NetworkPlanTest, ReadsWhatIsSaidOfAConnection)
{
    const Connection connection = parse_connection(
        "back:ip=10.1.0.5,ip6=fd00::5,mac=02:00:00:00:00:05,alias=db,alias=sql,interface=lan0");
    EXPECT_EQ(connection.network, "back");
    EXPECT_EQ(connection.ip4->text(), "10.1.0.5");
    EXPECT_EQ(connection.ip6->text(), "fd00::5");
    EXPECT_EQ(connection.mac->text(), "02:00:00:00:00:05");
    EXPECT_THAT(connection.aliases, ElementsAre("db", "sql"));
    EXPECT_EQ(connection.interface, "lan0");
    EXPECT_FAILURE(parse_connection("back:ip=fd00::5"), ErrorCode::invalid_argument, "IPv4");
    EXPECT_FAILURE(parse_connection("back:ip6=10.1.0.5"), ErrorCode::invalid_argument, "IPv6");
    EXPECT_FAILURE(parse_connection("back:alias=a.b"), ErrorCode::invalid_argument, "alias");
    EXPECT_FAILURE(parse_connection("back:interface=lo"), ErrorCode::invalid_argument, "interface");
    EXPECT_FAILURE(parse_connection("back:colour=red"), ErrorCode::unknown_option, "colour");
}

TEST(NetworkPlanTest, KnowsWhatIsInsteadOfNetworks)
{
    EXPECT_EQ(plan_of({"none"}).kind, NetworkKind::none);
    EXPECT_EQ(plan_of({"host"}).kind, NetworkKind::host);
    EXPECT_EQ(plan_of({"container:web"}).kind, NetworkKind::container);
    EXPECT_EQ(plan_of({"container:web"}).other, "web");
    EXPECT_EQ(plan_of({"ns:/run/netns/x"}).other, "/run/netns/x");
    EXPECT_EQ(plan_of({"pasta"}).kind, NetworkKind::relay);
    EXPECT_EQ(mode_of(plan_of({"slirp4netns"})), "slirp4netns");
    EXPECT_FAILURE(plan_of({"ns:x"}), ErrorCode::invalid_argument, "absolute");
    EXPECT_FAILURE(plan_of({"none", "back"}), ErrorCode::invalid_argument, "none");
    EXPECT_FAILURE(plan_of({"back", "back"}), ErrorCode::invalid_argument, "twice");
}

TEST(NetworkPlanTest, PublishesWhatIsExposedWhenAskedForAll)
{
    NetworkWish wish;
    wish.exposed = {"9000/udp"};
    EXPECT_THAT(complete(wish, {"80/tcp", "80", "nonsense"}).ports, IsEmpty());
    wish.publishes_all = true;
    wish.ports = {"8080:80"};
    const NetworkPlan plan = complete(wish, {"80/tcp", "443", "nonsense"});
    std::vector<std::string> ports;
    for (const PublishedPort& port : plan.ports)
        ports.push_back(port.text());
    EXPECT_THAT(ports, ElementsAre("8080->80/tcp", "any->443/tcp", "any->9000/udp"));
}

TEST(NetworkPlanTest, PublishesNothingThatCannotBe)
{
    NetworkWish wish;
    wish.ports = {"8080:80", "192.0.2.1:8080:81"};
    EXPECT_FAILURE(complete(wish, {}), ErrorCode::invalid_argument, "8080");
    wish.ports = {"8080:80"};
    wish.networks = {"host"};
    EXPECT_FAILURE(complete(wish, {}), ErrorCode::invalid_argument, "host");
}

TEST(NetworkPlanTest, ComesBackFromItsJson)
{
    NetworkWish wish;
    wish.networks = {"front:ip=10.1.0.5,alias=www", "back:ip6=fd00::5,mac=02:00:00:00:00:05"};
    wish.ports = {"8080:80", "53/udp"};
    wish.exposed = {"443"};
    const NetworkPlan plan = complete(wish, {});
    EXPECT_EQ(Json(plan).get<NetworkPlan>(), plan);
    wish.networks = {"pasta"};
    const NetworkPlan relayed = complete(wish, {});
    EXPECT_EQ(relayed.ports.size(), 2U);
    EXPECT_EQ(Json(relayed).get<NetworkPlan>(), relayed);
    const NetworkPlan other = plan_of({"container:web"});
    EXPECT_EQ(Json(other).get<NetworkPlan>(), other);
}

} // namespace

} // namespace slipway::engine
