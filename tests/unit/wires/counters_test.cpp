// SPDX-License-Identifier: LGPL-2.1-or-later
// Counters: what a proxy counts and an engine reads, whoever dies in between.
#include "support/temporary_directory.hpp"
#include "wires/counters.hpp"

#include <gtest/gtest.h>

namespace slipway::wires {
namespace {

TEST(Counters, AreReadWhileTheyAreWritten)
{
    const testing::TemporaryDirectory directory;
    const std::filesystem::path path = directory.path() / "counters";
    EXPECT_EQ(read_counts(path), Counts{});
    const Fd file = create_counters(path);
    EXPECT_EQ(read_counts(path), Counts{});
    Counters counters{file};
    counters.now().connections = 3;
    counters.now().to_target = std::uint64_t{1} << 40U;
    EXPECT_EQ(read_counts(path).connections, 3U);
    EXPECT_EQ(read_counts(path).to_target, std::uint64_t{1} << 40U);
}

TEST(Counters, OfAProxyThatIsGoneStayButForWhatItHadOpen)
{
    const testing::TemporaryDirectory directory;
    const std::filesystem::path path = directory.path() / "counters";
    {
        Counters counters{create_counters(path)};
        counters.now().connections = 2;
        counters.now().open = 2;
    }
    Counters next{create_counters(path)};
    EXPECT_EQ(next.now().connections, 2U);
    EXPECT_EQ(next.now().open, 0U);
}

TEST(Counters, OfAFileThatIsNoneAreNone)
{
    const testing::TemporaryDirectory directory;
    EXPECT_EQ(read_counts(directory.path()), Counts{});
    EXPECT_EQ(read_counts(directory.path() / "no" / "such"), Counts{});
}

} // namespace
} // namespace slipway::wires
