// SPDX-License-Identifier: LGPL-2.1-or-later
// Durations, sizes, numbers and words.
#include "compose/units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::compose {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

TEST(ADuration, IsASumOfNumbersWithUnits)
{
    EXPECT_EQ(parse_duration("1h5m30s20ms").value(), 1h + 5min + 30s + 20ms);
    EXPECT_EQ(parse_duration("1.5s").value(), 1500ms);
    EXPECT_EQ(parse_duration("500us").value(), 500us);
    EXPECT_EQ(parse_duration("2w1d").value(), 15 * 24h);
    EXPECT_EQ(parse_duration("0").value(), 0s);
    EXPECT_EQ(parse_duration("95000", "us").value(), 95ms);
    for (const char* bad : {"", "10", "s", "1x", "1s1", "-1s", "1..5s", "1 s", "1e3s", "9999999999w"})
        EXPECT_FALSE(parse_duration(bad)) << bad;
    EXPECT_THAT(parse_duration("10").failure().message(), ::testing::HasSubstr("write 10s for seconds"));
}

TEST(ASize, HasPowersOf1024)
{
    EXPECT_EQ(parse_bytes("1024").value(), 1024U);
    EXPECT_EQ(parse_bytes("9007199254740993").value(), 9007199254740993U);
    EXPECT_EQ(parse_bytes("2k").value(), 2048U);
    EXPECT_EQ(parse_bytes("1.5gb").value(), 3U << 29U);
    for (const char* same : {"64m", "64M", "64mb", "64MB", "64MiB", "64 mib", "65536k"})
        EXPECT_EQ(parse_bytes(same).value(), 64U << 20U) << same;
    EXPECT_EQ(parse_bytes("1b").value(), 1U);
    for (const char* bad :
         {"", "m", "-1", "1x", "1mm", "1kbb", "99999999999999999999", "9e9", "1ib", "10000000p"})
        EXPECT_FALSE(parse_bytes(bad)) << bad;
}

TEST(ANumber, IsAsYamlHasIt)
{
    EXPECT_EQ(parse_integer("1_000").value(), 1000);
    EXPECT_EQ(parse_integer("-0x1f").value(), -31);
    EXPECT_EQ(parse_integer("0o17").value(), 15);
    for (const char* bad : {"", "1.5", "x", "0x", "--1", "9223372036854775808"})
        EXPECT_FALSE(parse_integer(bad)) << bad;
    EXPECT_EQ(parse_number("0.5").value(), 0.5);
    for (const char* bad : {"", "nan", "inf", "1,5", "1 "})
        EXPECT_FALSE(parse_number(bad)) << bad;
    EXPECT_TRUE(parse_truth("Yes").value());
    EXPECT_FALSE(parse_truth("off").value());
    EXPECT_FALSE(parse_truth("maybe"));
}

TEST(ALine, IsSplitAsByAShell)
{
    EXPECT_THAT(split_words("a  b\tc\nd").value(), ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(split_words(R"(sh -c 'echo "$HOME" \n' "a \"b\" \$x \y" c\ d e'f'"g")").value(),
                ElementsAre("sh", "-c", R"(echo "$HOME" \n)", R"(a "b" $x \y)", "c d", "efg"));
    EXPECT_THAT(split_words("'' \"\" a\\\nb").value(), ElementsAre("", "", "ab"));
    EXPECT_THAT(split_words("  ").value(), IsEmpty());
    for (const char* bad : {"'a", "\"a", "a\\"})
        EXPECT_FALSE(split_words(bad)) << bad;
}

} // namespace
} // namespace slipway::compose
