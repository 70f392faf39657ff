// SPDX-License-Identifier: LGPL-2.1-or-later
// Addresses: given in turn, none twice, the last one given back last of all.
#include "engine/network/addresses.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace slipway::engine {

namespace {

class AddressesTest : public ::testing::Test {
  protected:
    AddressesTest()
    {
        database_.execute("PRAGMA foreign_keys = OFF"); // containers are not looked at here
        settings_.subnets = {
            {IpPrefix::parse("10.1.0.0/29").value(), IpAddress::parse("10.1.0.1").value(), {}},
            {IpPrefix::parse("fd00::/64").value(), IpAddress::parse("fd00::1").value(), {}}};
        rows_.insert({"back", {}, 0, to_json(settings_)});
    }
    Addresses claim(const std::string& container, const char* wish = "back")
    {
        return claim_addresses(rows_, settings_, parse_connection(wish), container);
    }

    slipway::testing::TemporaryDirectory directory_;
    store::Database database_{directory_.path() / "state.db"};
    store::Networks rows_{database_};
    NetworkSettings settings_;
};

TEST_F(AddressesTest, AreTheSamePlaceInBothFamilies)
{
    const Addresses first = claim("one");
    EXPECT_EQ(first.ip4->text(), "10.1.0.2");
    EXPECT_EQ(first.ip6->text(), "fd00::2");
    EXPECT_EQ(first.mac.text(), "02:73:0a:01:00:02");
    EXPECT_EQ(claim("two").ip4->text(), "10.1.0.3");
    EXPECT_EQ(find_addresses(rows_, parse_connection("back"), "one"), first);
    EXPECT_EQ(find_addresses(rows_, parse_connection("back"), "three"), std::nullopt);
}

TEST_F(AddressesTest, AreNeverGivenTwiceAndEnd)
{
    std::set<std::string> given;
    for (const char* name : {"a", "b", "c", "d", "e"})
        EXPECT_TRUE(given.insert(claim(name).ip4->text()).second);
    EXPECT_FALSE(given.contains("10.1.0.0") || given.contains("10.1.0.1") || given.contains("10.1.0.7"));
    EXPECT_FAILURE(claim("f"), ErrorCode::no_address, "back");
}

TEST_F(AddressesTest, RestWhenTheyAreGivenBack)
{
    claim("one");
    rows_.drop_addresses("back", "one");
    EXPECT_EQ(claim("two").ip4->text(), "10.1.0.3");
    for (const char* name : {"a", "b", "c"})
        claim(name);
    EXPECT_EQ(claim("last").ip4->text(), "10.1.0.2");
}

TEST_F(AddressesTest, AreThoseThatWereAskedFor)
{
    const Addresses asked = claim("one", "back:ip=10.1.0.5,ip6=fd00::77,mac=02:00:00:00:00:09");
    EXPECT_EQ(asked.ip4->text(), "10.1.0.5");
    EXPECT_EQ(asked.ip6->text(), "fd00::77");
    EXPECT_EQ(asked.mac.text(), "02:00:00:00:00:09");
    EXPECT_FAILURE(claim("two", "back:ip=10.1.0.5"), ErrorCode::no_address, "another container");
    EXPECT_FAILURE(claim("two", "back:ip=10.2.0.5"), ErrorCode::invalid_argument, "10.1.0.0/29");
    EXPECT_FAILURE(claim("two", "back:ip=10.1.0.1"), ErrorCode::invalid_argument, "gateway");
    EXPECT_FAILURE(claim("two", "back:ip=10.1.0.7"), ErrorCode::invalid_argument, "gateway");
    EXPECT_EQ(claim("three").ip4->text(), "10.1.0.2");
}

TEST_F(AddressesTest, ComeFromTheRangeAlone)
{
    settings_.subnets[0].range = IpPrefix::parse("10.1.0.4/31").value();
    std::set<std::string> given{claim("a").ip4->text(), claim("b").ip4->text()};
    EXPECT_EQ(given, (std::set<std::string>{"10.1.0.4", "10.1.0.5"}));
    EXPECT_FAILURE(claim("c"), ErrorCode::no_address, "10.1.0.4/31");
}

} // namespace

} // namespace slipway::engine
