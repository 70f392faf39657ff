// SPDX-License-Identifier: LGPL-2.1-or-later
// NameFiles: what containers read of names, and who may choose it.
#include "engine/container/name_files.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

IpAddress address(std::string_view text)
{
    return IpAddress::parse(text).value();
}

NameGround on_a_network()
{
    NameGround ground;
    ground.addresses = {address("10.208.0.2"), address("fd00::2")};
    ground.servers = {address("10.208.0.1"), address("fd00::1")};
    ground.host = address("10.208.0.1");
    return ground;
}

ContainerSpec spec()
{
    ContainerSpec spec;
    spec.hostname = "web";
    return spec;
}

TEST(NameFilesTest, NameTheContainerByItsAddresses)
{
    ContainerSpec named = spec();
    named.hostname = "www";
    const NameFiles files = name_files(named, "web", on_a_network());
    EXPECT_THAT(files.hosts, HasSubstr("127.0.0.1\tlocalhost\n"));
    EXPECT_THAT(files.hosts, HasSubstr("10.208.0.2\twww web\nfd00::2\twww web\n"));
    EXPECT_EQ(files.hostname, "www\n");
}

TEST(NameFilesTest, NameOneWithoutANetworkByTheLoopback)
{
    const NameFiles files = name_files(spec(), "web", {});
    EXPECT_THAT(files.hosts, HasSubstr("127.0.1.1\tweb\n"));
    EXPECT_EQ(files.resolv_conf, "");
}

TEST(NameFilesTest, AskTheGatewaysUnlessOthersAreNamed)
{
    EXPECT_EQ(name_files(spec(), "web", on_a_network()).resolv_conf,
              "nameserver 10.208.0.1\nnameserver fd00::1\nsearch slipway.internal\n");
    ContainerSpec wished = spec();
    wished.network.name_servers = {"192.0.2.53"};
    wished.network.search_domains = {"example.org"};
    wished.network.resolver_options = {"ndots:2", "edns0"};
    EXPECT_EQ(name_files(wished, "web", on_a_network()).resolv_conf,
              "nameserver 192.0.2.53\nsearch slipway.internal example.org\noptions ndots:2 edns0\n");
}

TEST(NameFilesTest, AreTheHostsForWhoHasTheHostsNetwork)
{
    NameGround ground;
    ground.hosts_of_host = "127.0.0.1 localhost machine\n";
    ground.resolv_conf_of_host = "nameserver 127.0.0.53\n";
    const NameFiles files = name_files(spec(), "web", ground);
    EXPECT_EQ(files.hosts, "127.0.0.1 localhost machine\n");
    EXPECT_EQ(files.resolv_conf, "nameserver 127.0.0.53\n");
}

TEST(NameFilesTest, HaveTheLinesThatWereAskedFor)
{
    ContainerSpec wished = spec();
    wished.network.hosts = {"db:192.0.2.7", "six:2001:db8::7", "host=host-gateway"};
    EXPECT_THAT(name_files(wished, "web", on_a_network()).hosts,
                HasSubstr("192.0.2.7\tdb\n2001:db8::7\tsix\n10.208.0.1\thost\n"));
    EXPECT_FAILURE(name_files(wished, "web", {}), ErrorCode::invalid_argument, "host-gateway");
}

TEST(NameFilesTest, TakeNoLineOfSomebodysWord)
{
    NetworkWish wish;
    wish.search_domains = {"a\nnameserver 192.0.2.1"};
    EXPECT_FAILURE(complete(wish, {}), ErrorCode::invalid_argument, "domain");
    wish = {};
    wish.hosts = {"a\n192.0.2.1 b:192.0.2.2"};
    EXPECT_FAILURE(complete(wish, {}), ErrorCode::invalid_argument, "host");
    wish.hosts = {"db"};
    EXPECT_FAILURE(complete(wish, {}), ErrorCode::invalid_argument, "NAME:ADDRESS");
    wish = {};
    wish.name_servers = {"dns.example.org"};
    EXPECT_FAILURE(complete(wish, {}), ErrorCode::invalid_argument, "no IP address");
}

} // namespace

} // namespace slipway::engine
