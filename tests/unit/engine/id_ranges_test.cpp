// SPDX-License-Identifier: LGPL-2.1-or-later
// Ranges of user IDs: whose lines count, and that no two containers share an ID.
#include "engine/container/id_ranges.hpp"
#include "support/failure_of.hpp"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

using Taken = std::set<std::uint32_t>;

constexpr std::uint32_t built_in = 0x70000000;

IdRanges both(std::string_view file)
{
    return IdRanges{file, file};
}

TEST(IdRanges, AreOurOwnWhereTheFilesNameNone)
{
    EXPECT_EQ(IdRanges("", "").find_free({}), built_in);
    EXPECT_EQ(both("root:100000:65536\nslipwayd:200000:65536\n# slipway:1:65536\n").find_free({}), built_in);
}

TEST(IdRanges, AreThoseOfTheUserSlipway)
{
    EXPECT_EQ(both("root:100000:65536\nslipway:300000:65536\n").find_free({}), 300000U);
    EXPECT_EQ(both("slipway:300000:65536").find_free({}), 300000U);
}

TEST(IdRanges, MustBeInBothFiles)
{
    EXPECT_EQ(IdRanges("slipway:300000:65536", "").find_free({}), built_in);
    const IdRanges ranges{"slipway:300000:65536\nslipway:500000:65536", "slipway:500000:65536"};
    EXPECT_EQ(ranges.find_free({}), 500000U);
    EXPECT_FAILURE(IdRanges("slipway:300000:131072", "slipway:300000:65536").find_free({300000}),
                   ErrorCode::no_space, "no user IDs are left");
}

TEST(IdRanges, PassOverLinesThatAreWrong)
{
    for (const char* line : {"slipway", "slipway:", "slipway:300000", "slipway:300000:", "slipway:x:65536",
                             "slipway:300000:65536x", "slipway:-1:65536", "slipway:0:65536",
                             "slipway:4294967296:65536", "slipway:4294901760:65536"})
        EXPECT_EQ(both(line).find_free({}), built_in) << line;
}

TEST(IdRanges, GiveTheLowestThatIsFree)
{
    const IdRanges ranges = both("slipway:500000:131072\nslipway:300000:65536\n");
    EXPECT_EQ(ranges.find_free({}), 300000U);
    EXPECT_EQ(ranges.find_free({300000}), 500000U);
    EXPECT_EQ(ranges.find_free({300000, 500000}), 565536U);
    EXPECT_EQ(ranges.find_free({500000, 565536}), 300000U);
}

TEST(IdRanges, AreExhaustedAtTheirEnd)
{
    const IdRanges ranges = both("slipway:300000:131071");
    EXPECT_FAILURE(ranges.find_free({300000}), ErrorCode::no_space, "/etc/subuid");
    EXPECT_FAILURE(both("slipway:300000:65535").find_free({}), ErrorCode::no_space, "/etc/subuid");
}

TEST(IdRanges, ShareNoIdWithOneThatBeginsBetweenThem)
{
    const IdRanges ranges = both("slipway:300000:262144");
    EXPECT_EQ(ranges.find_free({300001}), 431072U);
    EXPECT_EQ(ranges.find_free({234465}), 365536U);
    EXPECT_EQ(ranges.find_free({234464}), 300000U);
    EXPECT_EQ(ranges.find_free({365535}), 431072U);
    EXPECT_EQ(ranges.find_free({365536}), 300000U);
}

TEST(IdRanges, OfOurOwnEndBefore0x80000000)
{
    Taken taken;
    for (std::uint32_t first = built_in; first < 0x80000000; first += ids_per_container)
        taken.insert(first);
    EXPECT_FAILURE(IdRanges("", "").find_free(taken), ErrorCode::no_space, "no user IDs are left");
    taken.erase(0x7fff0000);
    EXPECT_EQ(IdRanges("", "").find_free(taken), 0x7fff0000U);
}

} // namespace
} // namespace slipway::engine
