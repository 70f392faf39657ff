// SPDX-License-Identifier: LGPL-2.1-or-later
// Traffic: peers and rates as they are written.
#include "engine/network/traffic.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {

namespace {

std::string peers(std::string_view word)
{
    std::string text;
    for (const IpPrefix& prefix : parse_peers(word))
        text += (text.empty() ? "" : " ") + prefix.text();
    return text;
}

TEST(TrafficTest, KnowsSystemdsWordsForPeers)
{
    EXPECT_EQ(peers("any"), "0.0.0.0/0 ::/0");
    EXPECT_EQ(peers("localhost"), "127.0.0.0/8 ::1/128");
    EXPECT_EQ(peers("10.1.2.3/8"), "10.0.0.0/8");
    EXPECT_EQ(peers("192.0.2.1"), "192.0.2.1/32");
    EXPECT_EQ(peers("2001:db8::1"), "2001:db8::1/128");
    EXPECT_FAILURE(parse_peers("example.org"), ErrorCode::invalid_argument, "example.org");
}

TEST(TrafficTest, ReadsRatesOfBothWaysOrOfEach)
{
    EXPECT_EQ(parse_bandwidth("10m"), (Bandwidth{10'000'000, 10'000'000}));
    EXPECT_EQ(parse_bandwidth("down=1g"), (Bandwidth{1'000'000'000, 0}));
    EXPECT_EQ(parse_bandwidth("down=64000,up=512k"), (Bandwidth{64'000, 512'000}));
    for (const char* word :
         {"", "10", "10x", "up=", "sideways=10m", "99999999999999999999g", "18446744073709551g"})
        EXPECT_FAILURE(parse_bandwidth(word), ErrorCode::invalid_argument, "bandwidth");
}

} // namespace

} // namespace slipway::engine
