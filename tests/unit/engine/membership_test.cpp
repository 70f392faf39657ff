// SPDX-License-Identifier: LGPL-2.1-or-later
// Membership: names of groups as units and as domains.
#include "engine/group/membership.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Membership, IsASliceWhoseHyphensAreNoLevels)
{
    EXPECT_EQ(slice_of("shop"), "slipway-shop.slice");
    EXPECT_EQ(slice_of("my-shop_2"), "slipway-my\\x2dshop_2.slice");
    EXPECT_EQ(slice_of(""), "slipway.slice");
}

TEST(Membership, IsANameThatOthersMayHaveToo)
{
    EXPECT_THAT(shared_names({"shop", "web", {}}), ElementsAre("shop", "web.shop"));
    EXPECT_THAT(shared_names({}), IsEmpty());
}

TEST(Membership, HasNamesOfOneLabel)
{
    check_group_word("my-shop_2", "Group");
    for (const char* word : {"", "Shop", "a.b", "-a", "_a", "a b", "\xc3\xa4"})
        EXPECT_FAILURE(check_group_word(word, "Group"), ErrorCode::invalid_name, "Group");
    EXPECT_FAILURE(check_group_word(std::string(41, 'a'), "Member"), ErrorCode::invalid_name, "Member");
}

} // namespace
} // namespace slipway::engine
