// SPDX-License-Identifier: LGPL-2.1-or-later
// Times, sizes and commands for people.
#include "slipway/human.hpp"

#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using namespace std::chrono_literals;

TEST(ADuration, IsToldInItsLargestUnit)
{
    EXPECT_EQ(human_duration(-5s), "Less than a second");
    EXPECT_EQ(human_duration(999ms), "Less than a second");
    EXPECT_EQ(human_duration(1s), "1 second");
    EXPECT_EQ(human_duration(59s), "59 seconds");
    EXPECT_EQ(human_duration(60s), "About a minute");
    EXPECT_EQ(human_duration(119s), "About a minute");
    EXPECT_EQ(human_duration(2min), "2 minutes");
    EXPECT_EQ(human_duration(59min), "59 minutes");
    EXPECT_EQ(human_duration(60min), "About an hour");
    EXPECT_EQ(human_duration(90min), "2 hours");
    EXPECT_EQ(human_duration(47h), "47 hours");
    EXPECT_EQ(human_duration(48h), "2 days");
    EXPECT_EQ(human_duration(24h * 14), "2 weeks");
    EXPECT_EQ(human_duration(24h * 60), "2 months");
    EXPECT_EQ(human_duration(24h * 365 * 2), "2 years");
}

TEST(AMomentAgo, IsNowWhereItIsStillToCome)
{
    const RealTime present{Microseconds{1'000'000'000}};
    EXPECT_EQ(ago(to_usec(present - 3s), present), "3 seconds ago");
    EXPECT_EQ(ago(to_usec(present + 1h), present), "Less than a second ago");
}

TEST(ASize, HasThreeDigitsAndAPowerOfAThousand)
{
    EXPECT_EQ(human_size(0), "0B");
    EXPECT_EQ(human_size(999), "999B");
    EXPECT_EQ(human_size(1000), "1kB");
    EXPECT_EQ(human_size(1234), "1.23kB");
    EXPECT_EQ(human_size(999'499), "999kB");
    EXPECT_EQ(human_size(999'500), "1MB");
    EXPECT_EQ(human_size(117'000'000), "117MB");
    EXPECT_EQ(human_size(UINT64_MAX), "18.4EB");
}

TEST(VisibleText, ShowsWhatWouldMoveTheCursor)
{
    EXPECT_EQ(visible("a\nb\tc\r"), "a\\nb\\tc\\x0d");
    EXPECT_EQ(visible("\x1b[2J\x7f"), "\\x1b[2J\\x7f");
    EXPECT_EQ(visible(std::string_view{"\0", 1}), "\\x00");
}

TEST(VisibleText, ShowsTheControlCharactersBeyondAsciiToo)
{
    EXPECT_EQ(visible("\xC2\x9B"
                      "2J\xC2\x80\xC2\x9F"),
              "\\xc2\\x9b2J\\xc2\\x80\\xc2\\x9f");
}

TEST(VisibleText, LeavesLettersAlone)
{
    EXPECT_EQ(visible("\xC2\xA0\xC3\xA4 \xE2\x82\xAC \xC3\x9B \xC2"),
              "\xC2\xA0\xC3\xA4 \xE2\x82\xAC \xC3\x9B \xC2");
}

TEST(ACommand, IsCutToItsColumns)
{
    EXPECT_EQ(quoted_command({"sleep", "100"}, 9), "\"sleep 100\"");
    EXPECT_EQ(quoted_command({"sleep", "100"}, 8), "\"sleep 1…\"");
    EXPECT_EQ(quoted_command({"sleep", "100"}, 0), "\"sleep 100\"");
    EXPECT_EQ(quoted_command({"ääää"}, 3), "\"ää…\"");
    EXPECT_EQ(quoted_command({"a\nb"}, 0), "\"a\\nb\"");
    EXPECT_EQ(quoted_command({}, 5), "\"\"");
}

TEST(AWidth, CountsCharacters)
{
    EXPECT_EQ(width(""), 0U);
    EXPECT_EQ(width("aä€"), 3U);
}

} // namespace
} // namespace slipway::cli
