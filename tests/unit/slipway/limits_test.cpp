// SPDX-License-Identifier: LGPL-2.1-or-later
// Limits as users write them.
#include "slipway/limits.hpp"

#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using Limits = std::map<std::string, std::uint64_t>;

TEST(ASizeInWords, IsInPowersOf1024)
{
    EXPECT_EQ(parse_size("1024"), 1024U);
    EXPECT_EQ(parse_size("512m"), 512U << 20U);
    EXPECT_EQ(parse_size("1.5G"), 3U << 29U);
    EXPECT_EQ(parse_size("2kb"), 2048U);
    EXPECT_EQ(parse_size("7b"), 7U);
    for (const char* text : {"", "m", "x", "1x", "-5m", "1 m", "nan", "inf", "99999999t", "1mm"})
        EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Limits, AreSystemdsProperties)
{
    LimitOptions options;
    EXPECT_TRUE(limits_of(options).empty());
    options.memory = "64m";
    options.memory_swap = "100m";
    options.memory_reservation = "32m";
    options.cpus = "1.5";
    options.cpu_shares = "1024";
    options.pids_limit = "-1";
    EXPECT_EQ(limits_of(options), (Limits{{"CPUQuotaPerSecUSec", 1500000},
                                          {"CPUWeight", 39},
                                          {"MemoryLow", 32U << 20U},
                                          {"MemoryMax", 64U << 20U},
                                          {"MemorySwapMax", 36U << 20U},
                                          {"TasksMax", UINT64_MAX}}));
}

TEST(Limits, ThatCannotBeMeantAreRefused)
{
    const auto refuses = [](auto LimitOptions::*member, const char* text) {
        LimitOptions options;
        options.*member = text;
        EXPECT_THROW(limits_of(options), UsageError) << text;
    };
    refuses(&LimitOptions::memory, "much");
    refuses(&LimitOptions::memory_swap, "1g"); // without --memory
    refuses(&LimitOptions::cpus, "0");
    refuses(&LimitOptions::cpus, "two");
    refuses(&LimitOptions::cpu_shares, "1");
    refuses(&LimitOptions::pids_limit, "0");
    refuses(&LimitOptions::pids_limit, "-2");
}

} // namespace
} // namespace slipway::cli
