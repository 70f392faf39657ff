// SPDX-License-Identifier: LGPL-2.1-or-later
// Time spans: read and written.
#include "base/time_span.hpp"

#include <gtest/gtest.h>

namespace slipway {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ATimeSpan, IsSystemdsOrDockersOrSeconds)
{
    EXPECT_EQ(parse_time_span("90").value(), seconds{90});
    EXPECT_EQ(parse_time_span("5min").value(), seconds{300});
    EXPECT_EQ(parse_time_span("1h30m").value(), seconds{5400});
    EXPECT_EQ(parse_time_span("0s").value(), seconds{0});
    EXPECT_EQ(parse_time_span("1.5s").value(), milliseconds{1500});
    EXPECT_EQ(parse_time_span("1m100ms7us").value(), microseconds{60'100'007});
    EXPECT_EQ(parse_time_span("0.25h").value(), seconds{900});
    for (const char* text : {"", "soon", "5mi", "5minn", "-1", "1.s", "5u", "999999999w", "99999999999999"})
        EXPECT_FALSE(parse_time_span(text).has_value()) << text;
}

TEST(ATimeSpan, IsWrittenAsSystemdReadsIt)
{
    EXPECT_EQ(time_span_text(seconds{0}), "0s");
    EXPECT_EQ(time_span_text(seconds{90}), "90s");
    EXPECT_EQ(time_span_text(milliseconds{100}), "100ms");
    EXPECT_EQ(time_span_text(milliseconds{1500}), "1s500ms");
    EXPECT_EQ(time_span_text(microseconds{1'000'007}), "1s7us");
    EXPECT_EQ(time_span_text(microseconds{1'500'007}), "1s500007us");
}

TEST(ATimeSpan, IsTheSameWhenItIsReadAgain)
{
    for (const std::int64_t usec : {0L, 1L, 999L, 1000L, 999'999L, 1'000'000L, 86'400'000'001L,
                                    999'999'999'000'000L, 1'000'000'000'000'000L, 31'536'000'000'000'000L})
        EXPECT_EQ(parse_time_span(time_span_text(microseconds{usec})).value(), microseconds{usec});
}

} // namespace
} // namespace slipway
