// SPDX-License-Identifier: LGPL-2.1-or-later
// Names, reverse names, and the addresses of sockets.
#include "dns-server/host_resolvers.hpp"
#include "dns-server/name.hpp"
#include "dns-server/reverse.hpp"
#include "network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace slipway::dns_server {
namespace {

using namespace std::string_literals;

std::string wire(const std::string& text)
{
    return *parse_name(text);
}

std::string prefix_of(const std::string& name)
{
    const auto prefix = find_reverse_prefix(wire(name));
    return prefix ? prefix->text() : "none";
}

std::string zone_of(const std::string& name, const std::string& subnet)
{
    const std::string on_wire = wire(name);
    const auto zone = find_reverse_zone(on_wire, IpPrefix::parse(subnet).value());
    return std::string{zone.value_or("none")};
}

TEST(Name, IsReadFromItsText)
{
    EXPECT_EQ(wire("a.Bc"), "\1a\2Bc\0"s);
    EXPECT_EQ(wire("a.Bc."), "\1a\2Bc\0"s);
    EXPECT_EQ(wire("."), "\0"s);
    EXPECT_EQ(wire("a\\.b.c"), "\3a.b\1c\0"s);
    for (const std::string& text : {""s, "a..b"s, ".a"s, std::string(64, 'x'), "a\0b"s})
        EXPECT_FALSE(parse_name(text)) << text;
}

TEST(Name, IsWithinItselfAndWhatIsAbove)
{
    EXPECT_TRUE(is_within(wire("a.b.c"), wire("b.c")));
    EXPECT_TRUE(is_within(wire("b.c"), wire("b.c")));
    EXPECT_TRUE(is_within(wire("b.c"), wire(".")));
    EXPECT_FALSE(is_within(wire("xb.c"), wire("b.c")));
    EXPECT_FALSE(is_within(wire("c"), wire("b.c")));
    EXPECT_FALSE(is_within(wire("a.b.d"), wire("b.c")));
}

TEST(ReverseName, IsAPartOfTheAddressSpace)
{
    EXPECT_EQ(prefix_of("2.0.208.10.in-addr.arpa"), "10.208.0.2/32");
    EXPECT_EQ(prefix_of("208.10.in-addr.arpa"), "10.208.0.0/16");
    EXPECT_EQ(prefix_of("in-addr.arpa"), "0.0.0.0/0");
    EXPECT_EQ(prefix_of("x.9.2.0.208.10.in-addr.arpa"), "10.208.0.2/32");
    EXPECT_EQ(prefix_of("256.10.in-addr.arpa"), "10.0.0.0/8");
    EXPECT_EQ(prefix_of("010.in-addr.arpa"), "0.0.0.0/0");
    EXPECT_EQ(prefix_of("0.10.in-addr.arpa"), "10.0.0.0/16");
    EXPECT_EQ(prefix_of("a.1.d.f.ip6.arpa"), "fd1a::/16");
    EXPECT_EQ(prefix_of("aa.d.f.ip6.arpa"), "fd00::/8");
    EXPECT_EQ(prefix_of("g.ip6.arpa"), "::/0");
    EXPECT_EQ(prefix_of("10.example"), "none");
}

TEST(ReverseName, IsInAZoneOfItsSubnet)
{
    EXPECT_EQ(zone_of("2.5.208.10.in-addr.arpa", "10.208.0.0/20"), wire("5.208.10.in-addr.arpa"));
    EXPECT_EQ(zone_of("5.208.10.in-addr.arpa", "10.208.0.0/20"), wire("5.208.10.in-addr.arpa"));
    EXPECT_EQ(zone_of("208.10.in-addr.arpa", "10.208.0.0/20"), "none");
    EXPECT_EQ(zone_of("16.208.10.in-addr.arpa", "10.208.0.0/20"), "none");
    EXPECT_EQ(zone_of("2.5.208.10.in-addr.arpa", "10.208.0.0/16"), wire("208.10.in-addr.arpa"));
    EXPECT_EQ(zone_of("2.5.208.10.in-addr.arpa", "10.208.5.2/32"), wire("2.5.208.10.in-addr.arpa"));
    EXPECT_EQ(zone_of("1.0.0.0.0.0.0.0.1.0.0.0.0.0.d.f.ip6.arpa", "fd00:1::/32"),
              wire("1.0.0.0.0.0.d.f.ip6.arpa"));
}

std::vector<std::string> servers_in(const std::string& text)
{
    std::vector<std::string> servers;
    for (const SocketAddress& server : parse_resolv_conf(text))
        servers.push_back(server.ip().text());
    return servers;
}

TEST(HostResolvers, AreThoseOfResolvConf)
{
    using ::testing::ElementsAre;
    EXPECT_THAT(servers_in("# nameserver 1.1.1.1\nnameserver 10.0.0.1\noptions edns0\n\n nameserver\tfd00::1 "
                           "# home\nsearch x\n"),
                ElementsAre("10.0.0.1", "fd00::1"));
    EXPECT_THAT(
        servers_in("nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nnameserver 10.0.0.4"),
        ElementsAre("10.0.0.1", "10.0.0.2", "10.0.0.3"));
    EXPECT_THAT(
        servers_in(
            "nameserver fe80::1%lo\nnameserver fe80::1%none-such\nnameserver dns.example\nnameserver 1.2.3"),
        ElementsAre("fe80::1"));
    EXPECT_THAT(servers_in(""), ElementsAre("127.0.0.1"));
    EXPECT_THAT(servers_in("nameserver"), ElementsAre("127.0.0.1"));
}

TEST(HostResolvers, AreReadAgainWhenTheyChange)
{
    const testing::TemporaryDirectory directory;
    const auto path = directory / "resolv.conf";
    std::ofstream{path} << "nameserver 10.0.0.1\n";
    HostResolvers resolvers{path, {}};
    EXPECT_EQ(resolvers.servers().at(0).ip(), address("10.0.0.1"));
    std::ofstream{path} << "nameserver 10.0.0.77\n";
    EXPECT_EQ(resolvers.servers().at(0).ip(), address("10.0.0.77"));
    std::filesystem::remove(path);
    EXPECT_EQ(resolvers.servers().at(0).ip(), address("127.0.0.1"));
}

TEST(HostResolvers, AreNeverOurselves)
{
    const testing::TemporaryDirectory directory;
    const auto path = directory / "resolv.conf";
    std::ofstream{path} << "nameserver 10.208.0.1\nnameserver 127.0.0.53\nnameserver fd00:1::1\n";
    HostResolvers resolvers{path, {{address("10.208.0.1"), 53}, {address("fd00:1::1"), 53}}};
    ASSERT_EQ(resolvers.servers().size(), 1U);
    EXPECT_EQ(resolvers.servers().at(0).ip(), address("127.0.0.53"));
}

} // namespace
} // namespace slipway::dns_server
