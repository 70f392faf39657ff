// SPDX-License-Identifier: LGPL-2.1-or-later
// Loading the rules: what stays, what is made anew, and that nobody else's are touched.
#include "netlink/rules.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"
#include "unit/netlink/stage.hpp"

#include <gmock/gmock.h>

namespace slipway::netlink {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class LoadingRules : public testing::OwnNetwork {
  protected:
    void SetUp() override
    {
        OwnNetwork::SetUp();
        if (!IsSkipped() && !testing::has_nft())
            GTEST_SKIP() << "wants the program nft";
        if (!IsSkipped())
            socket_.emplace(Protocol::netfilter);
    }

    Socket& socket() { return *socket_; }
    Loading load() { return load_rules(socket(), {}, rules_file); }

    std::size_t bridges() { return find_elements(socket(), {}, "bridges").value().size(); }
    void add_bridge() { commit(socket(), {}, ElementBatch{}.add("bridges", Key{}.interface("br0"))); }

  private:
    std::optional<Socket> socket_;
};

TEST_F(LoadingRules, ElementsSurviveTheReplacementOfTheRules)
{
    EXPECT_EQ(load(), Loading::fresh);
    add_bridge();
    testing::nft("add rule inet slipway forward counter drop");
    EXPECT_EQ(load(), Loading::kept);
    EXPECT_EQ(bridges(), 1U);
    EXPECT_THAT(testing::nft("list table inet slipway"), Not(HasSubstr("counter")));
}

TEST_F(LoadingRules, ATableOfAnotherShapeIsMadeAnew)
{
    testing::nft("add table inet slipway; add set inet slipway bridges { type ipv4_addr; }");
    EXPECT_EQ(load(), Loading::fresh);
    EXPECT_EQ(bridges(), 0U);
    add_bridge();
    EXPECT_EQ(bridges(), 1U);
}

TEST_F(LoadingRules, WhatNftRefusesLeavesTheOldRules)
{
    load();
    add_bridge();
    const testing::TemporaryDirectory directory;
    const auto file = directory.path() / "broken.nft";
    replace_file(file, "table inet slipway { chain forward { no such thing; }; }\n", Durability::page_cache);
    EXPECT_FAILURE(load_rules(socket(), {}, file), ErrorCode::io_error, "no such thing");
    EXPECT_EQ(bridges(), 1U);
}

TEST_F(LoadingRules, OtherTablesAreNotTouched)
{
    testing::nft(R"(table inet firewalld {
               chain filter_FORWARD {
                   type filter hook forward priority filter + 10; policy accept;
                   ct state established,related accept
               }
           }
           table ip nat {
               chain POSTROUTING {
                   type nat hook postrouting priority srcnat; policy accept;
                   oifname "eth0" masquerade
               }
           })");
    const std::string before = testing::nft("list ruleset");
    load();
    EXPECT_TRUE(has_table(socket(), {}));
    EXPECT_THAT(testing::nft("list ruleset"), HasSubstr("table inet slipway"));
    EXPECT_TRUE(remove_table(socket(), {}));
    EXPECT_EQ(testing::nft("list ruleset"), before);
    EXPECT_FALSE(remove_table(socket(), {}));
    EXPECT_FALSE(has_table(socket(), {}));
}

TEST_F(LoadingRules, TheBridgesTableIsOneOfItsOwn)
{
    const Table bridge{Family::bridge};
    EXPECT_EQ(load_rules(socket(), bridge, bridge_rules_file), Loading::fresh);
    EXPECT_TRUE(has_table(socket(), bridge));
    EXPECT_FALSE(has_table(socket(), {}));
    EXPECT_EQ(load_rules(socket(), bridge, bridge_rules_file), Loading::kept);
}

} // namespace
} // namespace slipway::netlink
