// SPDX-License-Identifier: LGPL-2.1-or-later
// Which things a prune takes.
#include "engine/care/prune_filter.hpp"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

const std::map<std::string, std::string> held{{"team", "web"}, {"keep", ""}};

TEST(PruneFilter, TakesAllWhenItIsEmpty)
{
    EXPECT_TRUE(PruneFilter{}.fits(from_usec(5), held));
    EXPECT_TRUE(PruneFilter{}.is_empty());
}

TEST(PruneFilter, TakesWhatIsOlder)
{
    const PruneFilter filter{from_usec(100), {}, {}};
    EXPECT_TRUE(filter.fits(from_usec(99), held));
    EXPECT_FALSE(filter.fits(from_usec(100), held));
    EXPECT_FALSE(filter.is_empty());
}

TEST(PruneFilter, WantsAllLabels)
{
    EXPECT_TRUE((PruneFilter{{}, {"team", "keep="}, {}}.fits({}, held)));
    EXPECT_TRUE((PruneFilter{{}, {"team=web"}, {}}.fits({}, held)));
    EXPECT_FALSE((PruneFilter{{}, {"team=db"}, {}}.fits({}, held)));
    EXPECT_FALSE((PruneFilter{{}, {"team", "other"}, {}}.fits({}, held)));
}

TEST(PruneFilter, WantsNoneOfTheOtherLabels)
{
    EXPECT_FALSE((PruneFilter{{}, {}, {"keep"}}.fits({}, held)));
    EXPECT_TRUE((PruneFilter{{}, {}, {"keep=yes", "other"}}.fits({}, held)));
}

} // namespace
} // namespace slipway::engine
