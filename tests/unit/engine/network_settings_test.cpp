// SPDX-License-Identifier: LGPL-2.1-or-later
// NetworkSettings: subnets and interfaces found where nobody names them, and names that cannot be.
#include "engine/network/settings.hpp"
#include "engine/network/subnets.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {

namespace {

Surveyed host()
{
    Surveyed surveyed;
    surveyed.ula = IpPrefix::parse("fd12:3456:789a::/48").value();
    return surveyed;
}

std::string subnets(const NetworkSettings& settings)
{
    std::string text;
    for (const Subnet& subnet : settings.subnets)
        text += (text.empty() ? "" : " ") + subnet.prefix.text() + " by " + subnet.gateway.text();
    return text;
}

TEST(NetworkSettingsTest, FindASubnetOfEachFamily)
{
    EXPECT_EQ(subnets(complete("back", {}, host())),
              "10.208.0.0/20 by 10.208.0.1 fd12:3456:789a::/64 by fd12:3456:789a::1");
}

TEST(NetworkSettingsTest, LeaveAloneWhatTheHostUses)
{
    Surveyed surveyed = host();
    for (const char* text :
         {"0.0.0.0/0", "::/0", "10.208.0.0/19", "fd12:3456:789a::/64", "fd12:3456:789a:1::7/128"})
        surveyed.prefixes.push_back(IpPrefix::parse(text).value());
    EXPECT_EQ(subnets(complete("back", {}, surveyed)),
              "10.208.32.0/20 by 10.208.32.1 fd12:3456:789a:2::/64 by fd12:3456:789a:2::1");
    surveyed.prefixes.push_back(IpPrefix::parse("10.0.0.0/8").value());
    EXPECT_FAILURE(complete("back", {}, surveyed), ErrorCode::no_address, "--subnet");
}

TEST(NetworkSettingsTest, TakeTheSubnetsThatAreNamed)
{
    NetworkSpec spec;
    spec.subnets = {"2001:db8:1::/64", "172.20.0.0/16"};
    spec.gateways = {"172.20.0.254"};
    spec.ranges = {"172.20.8.0/24"};
    const NetworkSettings settings = complete("back", spec, host());
    EXPECT_EQ(subnets(settings), "172.20.0.0/16 by 172.20.0.254 2001:db8:1::/64 by 2001:db8:1::1");
    EXPECT_EQ(settings.subnets[0].range->text(), "172.20.8.0/24");
    EXPECT_EQ(parse_network_settings(to_json(settings)), settings);
}

TEST(NetworkSettingsTest, RefuseWhatContradictsItself)
{
    const auto expect = [](NetworkSpec spec, const char* word) {
        EXPECT_FAILURE(complete("back", spec, host()), ErrorCode::invalid_argument, word);
    };
    NetworkSpec spec;
    spec.subnets = {"172.20.1.0/16"};
    expect(spec, "172.20.0.0/16?");
    spec.subnets = {"172.20.0.0/16", "172.21.0.0/16"};
    expect(spec, "both");
    spec.subnets = {"172.20.0.0/31"};
    expect(spec, "no room");
    spec.subnets = {"172.20.0.0/16"};
    spec.gateways = {"172.21.0.1"};
    expect(spec, "172.21.0.1");
    spec.gateways.clear();
    spec.ranges = {"172.16.0.0/12"};
    expect(spec, "not within");
    spec.ranges.clear();
    spec.has_ip4 = false;
    expect(spec, "IPv4");
    spec.subnets.clear();
    spec.has_ip6 = false;
    expect(spec, "both");
    spec = {};
    spec.mtu = 500;
    expect(spec, "1280");
    spec = {};
    spec.driver = "overlay";
    expect(spec, "overlay");
}

TEST(NetworkSettingsTest, RefuseASubnetInUse)
{
    Surveyed surveyed = host();
    surveyed.prefixes.push_back(IpPrefix::parse("172.20.5.0/24").value());
    NetworkSpec spec;
    spec.subnets = {"172.20.0.0/16"};
    EXPECT_FAILURE(complete("back", spec, surveyed), ErrorCode::invalid_argument, "in use");
}

TEST(NetworkSettingsTest, HaveNoIPv6OnAHostWithoutIt)
{
    Surveyed surveyed = host();
    surveyed.has_ip6 = false;
    EXPECT_EQ(subnets(complete("back", {}, surveyed)), "10.208.0.0/20 by 10.208.0.1");
    NetworkSpec spec;
    spec.subnets = {"2001:db8:1::/64"};
    EXPECT_FAILURE(complete("back", spec, surveyed), ErrorCode::not_supported, "IPv6");
}

TEST(NetworkSettingsTest, NameTheirBridgeSoThatItIsKnown)
{
    EXPECT_EQ(complete("back", {}, host()).interface, "swback");
    Surveyed surveyed = host();
    surveyed.interfaces = {"swback", "swa-very-long", "lan0"};
    EXPECT_EQ(complete("back", {}, surveyed).interface, "swback-1");
    EXPECT_EQ(complete("a-very-long-name", {}, surveyed).interface, "swa-very-lo-1");
    NetworkSpec spec;
    spec.interface = "lan0";
    EXPECT_FAILURE(complete("back", spec, surveyed), ErrorCode::name_taken, "lan0");
    spec.interface = "a/b";
    EXPECT_FAILURE(complete("back", spec, surveyed), ErrorCode::invalid_argument, "a/b");
}

TEST(NetworkSettingsTest, OfMacvlanNeedAParentAndASubnet)
{
    NetworkSpec spec;
    spec.driver = "macvlan";
    EXPECT_FAILURE(complete("lan", spec, host()), ErrorCode::invalid_argument, "parent");
    spec.options = {{"parent", "eth0"}};
    EXPECT_FAILURE(complete("lan", spec, host()), ErrorCode::invalid_argument, "--subnet");
    spec.subnets = {"192.0.2.0/24"};
    Surveyed surveyed = host();
    surveyed.prefixes.push_back(IpPrefix::parse("192.0.2.0/24").value());
    const NetworkSettings settings = complete("lan", spec, surveyed);
    EXPECT_EQ(settings.mode, "bridge");
    EXPECT_EQ(settings.interface, "eth0");
    EXPECT_EQ(subnets(settings), "192.0.2.0/24 by 192.0.2.1");
    spec.options["mode"] = "l2";
    EXPECT_FAILURE(complete("lan", spec, host()), ErrorCode::invalid_argument, "vepa");
}

TEST(NetworkSettingsTest, HaveNamesThatAreLabelsAndMeanNothingElse)
{
    check_network_name("back-2_x");
    for (const char* name : {"", "-back", "a.b", "a/b", "host", "none", "bridge", "container"})
        EXPECT_FAILURE(check_network_name(name), ErrorCode::invalid_name, name);
}

TEST(NetworkSettingsTest, HaveAPrefixThatIsRandomForEachHost)
{
    const IpPrefix one = random_ula();
    EXPECT_EQ(one.length(), 48U);
    EXPECT_EQ(one.address().bytes()[0], 0xfd);
    EXPECT_EQ(one, one.network());
    EXPECT_NE(one, random_ula());
}

} // namespace

} // namespace slipway::engine
