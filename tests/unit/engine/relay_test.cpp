// SPDX-License-Identifier: LGPL-2.1-or-later
// Relays: which one is taken, how it is called, and what it leaves of the host's resolv.conf.
#include "base/file.hpp"
#include "engine/network/relay.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace slipway::engine {

namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

RelayGround ground()
{
    return {true, IpPrefix::parse("10.208.2.0/24").value(), std::nullopt, {}};
}

std::vector<PublishedPort> ports_of(const std::vector<std::string>& words)
{
    std::vector<PublishedPort> ports;
    for (const std::string& word : words)
        for (const PublishedPort& port : parse_published(word))
            ports.push_back(port);
    return ports;
}

// What is given for OPTION, each time.
std::vector<std::string> values_of(const RelayOrder& order, const std::string& option)
{
    std::vector<std::string> values;
    for (std::size_t i = 0; i + 1 < order.arguments.size(); ++i)
        if (order.arguments[i] == option)
            values.push_back(order.arguments[i + 1]);
    return values;
}

RelayOrder pasta(const std::vector<std::string>& words)
{
    return relay_order(RelayProgram::pasta, "/usr/bin/pasta", ports_of(words), ground());
}

RelayOrder slirp4netns(const std::vector<std::string>& words)
{
    return relay_order(RelayProgram::slirp4netns, "/usr/bin/slirp4netns", ports_of(words), ground());
}

TEST(PastaTest, PublishesNothingThatNobodyAskedFor)
{
    const RelayOrder order = pasta({});
    for (const char* const option : {"--tcp-ports", "--udp-ports", "--tcp-ns", "--udp-ns"})
        EXPECT_THAT(values_of(order, option), ElementsAre("none")) << option;
    EXPECT_THAT(order.arguments, AllOf(Contains("--no-map-gw"), Contains("--foreground")));
    EXPECT_FALSE(order.is_inside);
}

TEST(PastaTest, PublishesPortsThatFollowEachOtherAsRanges)
{
    const RelayOrder order = pasta({"8080:80", "9000-9010:90-100", "192.0.2.1:8080:80", "[2001:db8::1]:81:81",
                                    "9011:101", "9012:200", "53:53/udp"});
    EXPECT_THAT(values_of(order, "--tcp-ports"), ElementsAre("8080:80", "9000-9011:90-101", "9012:200",
                                                             "192.0.2.1/8080:80", "2001:db8::1/81:81"));
    EXPECT_THAT(values_of(order, "--udp-ports"), ElementsAre("53:53"));
}

TEST(PastaTest, LeadsAPortToOnePortOnly)
{
    EXPECT_FAILURE(pasta({"192.0.2.1:8080:80", "192.0.2.2:8080:81"}), ErrorCode::not_supported, "8080");
    EXPECT_NO_THROW(pasta({"192.0.2.1:8080:80", "192.0.2.2:8080:80", "8080:81/udp"}));
}

TEST(PastaTest, ForwardsToTheHostsNameServerOnlyWhereItHasTo)
{
    const auto forward = [](const std::string& resolv_conf) {
        RelayGround with = ground();
        with.resolv_conf = resolv_conf;
        return values_of(relay_order(RelayProgram::pasta, "/usr/bin/pasta", {}, with), "--dns-forward");
    };
    EXPECT_THAT(forward("nameserver 127.0.0.53\n"), ElementsAre("10.208.2.3"));
    EXPECT_THAT(forward("nameserver ::1\n"), ElementsAre("fd73:6c69:7077:6179::3"));
    EXPECT_THAT(forward("nameserver 127.0.0.53\nnameserver 192.0.2.1\n"), ElementsAre());
}

TEST(PastaTest, HasAddressesOfItsOwn)
{
    EXPECT_THAT(values_of(pasta({}), "--address"), ElementsAre("10.208.2.100", "fd73:6c69:7077:6179::64"));
    EXPECT_THAT(values_of(pasta({}), "--netmask"), ElementsAre("24"));
    EXPECT_THAT(values_of(pasta({}), "--gateway"), ElementsAre("10.208.2.2", "fd73:6c69:7077:6179::2"));
    EXPECT_THAT(relay_addresses(RelayProgram::pasta, ground()), SizeIs(2));
}

TEST(PastaTest, RunsOnAHostThatLeadsNowhere)
{
    RelayGround nowhere = ground();
    nowhere.has_default_route = false;
    const RelayOrder order = relay_order(RelayProgram::pasta, "/usr/bin/pasta", {}, nowhere);
    EXPECT_THAT(values_of(order, "--interface"), ElementsAre("lo"));
    EXPECT_THAT(order.arguments, Contains("--ipv4-only"));
    EXPECT_THAT(values_of(order, "--address"), ElementsAre("10.208.2.100"));
    EXPECT_THAT(relay_addresses(RelayProgram::pasta, nowhere), SizeIs(1));
}

TEST(Slirp4netnsTest, IsAskedForEachPort)
{
    const RelayOrder order = slirp4netns({"192.0.2.1:8080:80", "53:53/udp"});
    EXPECT_TRUE(order.is_inside);
    EXPECT_THAT(order.requests,
                ElementsAre(AllOf(HasSubstr(R"("host_addr":"192.0.2.1")"), HasSubstr(R"("proto":"tcp")"),
                                  HasSubstr(R"("host_port":8080)"), HasSubstr(R"("guest_port":80)"),
                                  HasSubstr(R"("guest_addr":"10.208.2.100")")),
                            AllOf(HasSubstr(R"("host_addr":"0.0.0.0")"), HasSubstr(R"("proto":"udp")"))));
    EXPECT_THAT(order.arguments, Contains("--api-socket=/proc/self/fd/4/relay.sock"));
    EXPECT_THAT(order.arguments, Contains("--cidr=10.208.2.0/24"));
}

TEST(Slirp4netnsTest, HasNoSocketWithoutPorts)
{
    EXPECT_THAT(slirp4netns({}).arguments, Not(Contains(HasSubstr("--api-socket"))));
    EXPECT_THAT(slirp4netns({}).arguments, Contains("--disable-host-loopback"));
}

TEST(Slirp4netnsTest, PublishesOnIpv4Only)
{
    EXPECT_FAILURE(slirp4netns({"[2001:db8::1]:80:80"}), ErrorCode::not_supported, "2001:db8::1");
}

class RelayChoiceTest : public ::testing::Test {
  protected:
    void install(const std::string& name)
    {
        replace_file(directory_ / name, "#!/bin/true\n", Durability::page_cache, 0755);
    }
    RelayChoice choose(std::optional<RelayProgram> wish = std::nullopt, const std::string& tun = "/dev/null")
    {
        return choose_relay(wish, {{"/nowhere", directory_.path().native()}, tun});
    }

    slipway::testing::TemporaryDirectory directory_;
};

TEST_F(RelayChoiceTest, TakesPastaBeforeSlirp4netns)
{
    install("slirp4netns");
    EXPECT_EQ(choose().program, RelayProgram::slirp4netns);
    EXPECT_THAT(choose().obstacles, ElementsAre(std::pair<std::string, std::string>{
                                        "pasta", "is not installed (package passt)"}));
    install("pasta");
    EXPECT_EQ(choose().program, RelayProgram::pasta);
    EXPECT_EQ(choose().path, (directory_ / "pasta").native());
    EXPECT_EQ(choose(RelayProgram::slirp4netns).program, RelayProgram::slirp4netns);
}

TEST_F(RelayChoiceTest, SaysWhyThereIsNone)
{
    EXPECT_EQ(choose().why_none(),
              "pasta is not installed (package passt), slirp4netns is not installed (package slirp4netns)");
    EXPECT_EQ(choose(RelayProgram::pasta).why_none(), "pasta is not installed (package passt)");
    install("pasta");
    const std::string tun = (directory_ / "tun").native();
    EXPECT_EQ(choose(RelayProgram::pasta, tun).why_none(), "pasta: " + tun + ": No such file or directory");
}

TEST(RelaySubnetTest, IsOneThatTheHostHasNoRouteTo)
{
    const auto prefix = [](const char* text) { return IpPrefix::parse(text).value(); };
    EXPECT_EQ(choose_relay_subnet({prefix("0.0.0.0/0"), prefix("::/0")}).text(), "10.223.2.0/24");
    EXPECT_EQ(choose_relay_subnet({prefix("10.223.0.0/20"), prefix("10.222.2.7/32")}).text(),
              "10.221.2.0/24");
    EXPECT_EQ(choose_relay_subnet({prefix("10.0.0.0/8")}).text(), "10.208.2.0/24");
}

TEST(RelayResolvConfTest, KeepsWhatCanBeReached)
{
    RelayGround with = ground();
    with.resolv_conf = "nameserver 127.0.0.53\nnameserver 192.0.2.53\nsearch example.org\noptions edns0\n";
    EXPECT_EQ(relay_resolv_conf(RelayProgram::pasta, with),
              "nameserver 192.0.2.53\nsearch example.org\noptions edns0\n");
    EXPECT_EQ(relay_resolv_conf(RelayProgram::slirp4netns, with),
              "nameserver 10.208.2.3\nsearch example.org\noptions edns0\n");
    with.resolv_conf = "nameserver ::1\n";
    EXPECT_EQ(relay_resolv_conf(RelayProgram::pasta, with), "nameserver fd73:6c69:7077:6179::3\n");
    for (const char* const loopback : {"127.0.0.53", "0.0.0.0", "nowhere"}) {
        with.resolv_conf = std::string{"nameserver "} + loopback + '\n';
        EXPECT_EQ(relay_resolv_conf(RelayProgram::pasta, with), "nameserver 10.208.2.3\n") << loopback;
    }
    with.resolv_conf.clear();
    EXPECT_EQ(relay_resolv_conf(RelayProgram::pasta, with), "nameserver 10.208.2.3\n");
}

TEST(RelayNameTest, IsKnownByName)
{
    EXPECT_EQ(find_relay("pasta"), RelayProgram::pasta);
    EXPECT_EQ(relay_name(*find_relay("slirp4netns")), "slirp4netns");
    EXPECT_EQ(find_relay("passt"), std::nullopt);
}

} // namespace

} // namespace slipway::engine
