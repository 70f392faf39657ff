// SPDX-License-Identifier: LGPL-2.1-or-later
// Moments: written as RFC 3339 has them, read in the ways that people write them.
#include "slipway/moment.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace slipway::cli {
namespace {

using namespace std::chrono_literals;

const RealTime known_now{Microseconds{1'700'000'000'000'000}}; // 2023-11-14T22:13:20Z

// The time zone of a test, and UTC after it.
class Zone {
  public:
    explicit Zone(const char* name)
    {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;
    Zone(Zone&&) = delete;
    Zone& operator=(Zone&&) = delete;
    ~Zone()
    {
        ::setenv("TZ", "UTC0", 1);
        ::tzset();
    }
};

std::string read(const std::string& text)
{
    const Result<RealTime> moment = parse_moment(text, known_now);
    return moment ? rfc3339(to_usec(moment.value())) : "refused";
}

TEST(AMoment, IsWrittenWithItsMicroseconds)
{
    EXPECT_EQ(rfc3339(1'700'000'000'000'042), "2023-11-14T22:13:20.000042Z");
    EXPECT_EQ(rfc3339(1), "1970-01-01T00:00:00.000001Z");
    EXPECT_EQ(rfc3339(0), "");
}

TEST(AMoment, MayBeADurationAgo)
{
    EXPECT_EQ(read("20s"), "2023-11-14T22:13:00.000000Z");
    EXPECT_EQ(read("13m20s"), "2023-11-14T22:00:00.000000Z");
    EXPECT_EQ(read("22h13m20s"), "2023-11-14T00:00:00.000000Z");
    EXPECT_EQ(read("1d"), "2023-11-13T22:13:20.000000Z");
    EXPECT_EQ(read("2w"), "2023-10-31T22:13:20.000000Z");
    EXPECT_EQ(read("0s"), "2023-11-14T22:13:20.000000Z");
}

TEST(AMoment, MayBeSecondsSinceTheEpoch)
{
    EXPECT_EQ(read("1700000000"), "2023-11-14T22:13:20.000000Z");
    EXPECT_EQ(read("1700000000.5"), "2023-11-14T22:13:20.500000Z");
    EXPECT_EQ(read("@1700000000.0000429"), "2023-11-14T22:13:20.000042Z");
}

TEST(AMoment, MayHaveAnOffsetFromGreenwich)
{
    const Zone zone{"FAR-9"};
    EXPECT_EQ(read("2026-11-24T00:45:09Z"), "2026-11-24T00:45:09.000000Z");
    EXPECT_EQ(read("2026-11-24t00:45:09.25z"), "2026-11-24T00:45:09.250000Z");
    EXPECT_EQ(read("2026-11-24 00:45:09+01:30"), "2026-11-23T23:15:09.000000Z");
    EXPECT_EQ(read("2026-11-24T00:45-01:00"), "2026-11-24T01:45:00.000000Z");
}

TEST(AMoment, WithoutAnOffsetIsInLocalTime)
{
    const Zone zone{"FAR-9"};
    EXPECT_EQ(read("2026-11-24T09:45:09"), "2026-11-24T00:45:09.000000Z");
    EXPECT_EQ(read("2026-11-24"), "2026-11-23T15:00:00.000000Z");
}

TEST(AMoment, KnowsTheCalendar)
{
    const Zone zone{"UTC0"};
    EXPECT_EQ(read("2024-02-29"), "2024-02-29T00:00:00.000000Z");
    EXPECT_EQ(read("2023-02-29"), "refused");
    EXPECT_EQ(read("2023-13-01"), "refused");
    EXPECT_EQ(read("2023-00-01"), "refused");
    EXPECT_EQ(read("2023-01-32"), "refused");
}

TEST(AMoment, BeforeTheEpochCountsAsTheEpoch)
{
    const Zone zone{"UTC0"};
    for (const char* text : {"0001-01-01", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+01:00", "100w99999d"})
        EXPECT_EQ(parse_moment(text, known_now).value(), RealTime{}) << text;
}

TEST(AMoment, OfAnotherFormIsRefused)
{
    for (const char* text : {"",
                             "known_now",
                             "10x",
                             "m",
                             "-5m",
                             "10m ",
                             " 10m",
                             "1h30",
                             "1.",
                             ".5",
                             "@",
                             "2026-11",
                             "2026-1-24",
                             "2026-11-24T",
                             "2026-11-24T1:00",
                             "2026-11-24T24:00",
                             "2026-11-24T00:60",
                             "2026-11-24T00:00:61",
                             "2026-11-24T00:00:00.",
                             "2026-11-24T00:00:00+0100",
                             "2026-11-24T00:00:00+24:00",
                             "2026-11-24T00:00:00+01:60",
                             "2026-11-24T00:00:00Zx",
                             "2026-11-24x",
                             "1234567890123"})
    {
        const Result<RealTime> moment = parse_moment(text, known_now);
        ASSERT_FALSE(moment) << text;
        EXPECT_EQ(moment.failure().code(), ErrorCode::invalid_argument);
    }
}

TEST(AMoment, ThatNoClockCanTellIsRefused)
{
    EXPECT_EQ(read("999999999w"), "refused");
    EXPECT_EQ(read("999999999w999999999w999999999w"), "refused");
    EXPECT_EQ(read("1000000000s"), "refused");
}

} // namespace
} // namespace slipway::cli
