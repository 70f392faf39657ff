// SPDX-License-Identifier: LGPL-2.1-or-later
// IpAddress, IpPrefix, MacAddress: texts there and back, what is refused, and how prefixes lie to each other.
#include "base/ip_address.hpp"

#include <gtest/gtest.h>

namespace slipway {

namespace {

IpAddress address(std::string_view text)
{
    return IpAddress::parse(text).value();
}

IpPrefix prefix(std::string_view text)
{
    return IpPrefix::parse(text).value();
}

TEST(IpAddressTest, KnowsItsText)
{
    for (const char* text : {"0.0.0.0", "10.1.2.3", "255.255.255.255", "::", "::1", "fd00:1:2::ff"})
        EXPECT_EQ(address(text).text(), text);
    EXPECT_EQ(address("FD00:0:0::1").text(), "fd00::1");
    EXPECT_TRUE(address("10.1.2.3").is_v4());
    EXPECT_FALSE(address("::1").is_v4());
}

TEST(IpAddressTest, RefusesWhatIsNone)
{
    using namespace std::string_view_literals;
    for (const std::string_view text :
         {""sv, "10.1.2"sv, "10.1.2.256"sv, "010.1.2.3"sv, "10.1.2.3 "sv, "10.1.2.3\0"sv, "fe80::1%eth0"sv,
          ":::"sv, "::ffff:10.1.2.3"sv, "web"sv})
        EXPECT_FALSE(IpAddress::parse(text)) << text;
}

TEST(IpAddressTest, GoesOnAcrossBytes)
{
    EXPECT_EQ(address("10.0.0.255").plus(1), address("10.0.1.0"));
    EXPECT_EQ(address("10.0.0.1").plus(65536), address("10.1.0.1"));
    EXPECT_EQ(address("fd00::ffff").plus(1), address("fd00::1:0"));
    EXPECT_EQ(address("fd00::1").plus(0), address("fd00::1"));
}

TEST(IpPrefixTest, KeepsTheHostsPartAndDropsItWhenAsked)
{
    EXPECT_EQ(prefix("10.1.2.3/20").text(), "10.1.2.3/20");
    EXPECT_EQ(prefix("10.1.18.3/20").network().text(), "10.1.16.0/20");
    EXPECT_EQ(prefix("fd00:1:2:3::9/64").network().text(), "fd00:1:2:3::/64");
    EXPECT_EQ(prefix("10.1.2.3/32").network().text(), "10.1.2.3/32");
    EXPECT_EQ(prefix("10.1.2.3/0").network().text(), "0.0.0.0/0");
}

TEST(IpPrefixTest, RefusesWhatIsNone)
{
    for (const char* text :
         {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "fd00::/129", "10.0.0.0/-1", "10.0.0.0/8x", "/8"})
        EXPECT_FALSE(IpPrefix::parse(text)) << text;
}

TEST(IpPrefixTest, KnowsWhatLiesInIt)
{
    EXPECT_TRUE(prefix("10.1.16.0/20").contains(address("10.1.31.255")));
    EXPECT_FALSE(prefix("10.1.16.0/20").contains(address("10.1.32.0")));
    EXPECT_FALSE(prefix("0.0.0.0/0").contains(address("::1")));
    EXPECT_TRUE(prefix("10.0.0.0/8").overlaps(prefix("10.200.0.0/16")));
    EXPECT_TRUE(prefix("10.200.0.0/16").overlaps(prefix("10.0.0.0/8")));
    EXPECT_FALSE(prefix("10.1.0.0/16").overlaps(prefix("10.2.0.0/16")));
}

TEST(MacAddressTest, KnowsItsText)
{
    EXPECT_EQ(MacAddress::parse("02:42:AC:11:00:02").value().text(), "02:42:ac:11:00:02");
    for (const char* text : {"", "02:42:ac:11:00", "02:42:ac:11:00:0g", "02-42-ac-11-00-02",
                             "01:00:5e:00:00:01", "02:42:ac:11:00:02:03"})
        EXPECT_FALSE(MacAddress::parse(text)) << text;
}

} // namespace

} // namespace slipway
