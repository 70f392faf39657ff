// SPDX-License-Identifier: LGPL-2.1-or-later
// Which user IDs a container gets.
#include "base/failure.hpp"
#include "engine/container/id_ranges.hpp"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

TEST(IdRanges, WithoutFilesAreTheBuiltInOnes)
{
    const IdRanges ranges{"", "other:100000:65536\n"};
    EXPECT_EQ(ranges.find_free({}), 0x70000000U);
    EXPECT_EQ(ranges.find_free({0x70000000U}), 0x70010000U);
    EXPECT_EQ(ranges.find_free({0x70010000U}), 0x70000000U);
}

TEST(IdRanges, AreThoseThatBothFilesGive)
{
    const IdRanges ranges{"root:1:2\nslipway:200000:131072\nslipway:900000:65536\n",
                          "slipway:200000:200000\n"};
    EXPECT_EQ(ranges.find_free({}), 200000U);
    EXPECT_EQ(ranges.find_free({200000U}), 265536U);
    EXPECT_THROW(ranges.find_free({200000U, 265536U}), Failure);
}

TEST(IdRanges, TakeNoLineThatIsWrong)
{
    for (const char* line : {"slipway:0:65536\n", "slipway:x:65536\n", "slipway:100000\n",
                             "slipway:4294967000:65536\n", "slipway::\n"})
        EXPECT_EQ((IdRanges{line, line}.find_free({})), 0x70000000U) << line;
    EXPECT_THROW((IdRanges{"slipway:100000:65535", "slipway:100000:65535"}.find_free({})), Failure);
}

} // namespace
} // namespace slipway::engine
