// SPDX-License-Identifier: LGPL-2.1-or-later
// Platforms: their names, and what a machine runs.
#include "oci/platform.hpp"

#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

Platform parsed_platform(const std::string& text)
{
    return parse_platform(text).value();
}

TEST(APlatform, HasGosNamesWhateverItWasCalled)
{
    EXPECT_EQ(parsed_platform("linux/x86_64").text(), "linux/amd64");
    EXPECT_EQ(parsed_platform("aarch64").text(), "linux/arm64");
    EXPECT_EQ(parsed_platform("linux/arm64/v8").text(), "linux/arm64");
    EXPECT_EQ(parsed_platform("linux/arm").text(), "linux/arm/v7");
    EXPECT_EQ(parsed_platform("linux/armel").text(), "linux/arm/v6");
    EXPECT_EQ(parsed_platform("linux/arm/6").text(), "linux/arm/v6");
    EXPECT_EQ(parsed_platform("Linux/AMD64/V1").text(), "linux/amd64");
    EXPECT_EQ(platform_of_machine("armv7l").text(), "linux/arm/v7");
    EXPECT_EQ(platform_of_machine("i686").text(), "linux/386");
    EXPECT_EQ(platform_of_machine("riscv64").text(), "linux/riscv64");
}

TEST(APlatform, IsRefusedWhereItIsNone)
{
    for (const char* text : {"", "/", "linux/", "linux//v7", "a/b/c/d", "lin ux/amd64", "linux/amd64\n"}) {
        const Result<Platform> result = parse_platform(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.failure().code(), ErrorCode::invalid_argument);
    }
    EXPECT_FALSE(parse_platform(std::string(200, 'a')));
}

TEST(AMachine, RunsWhatIsMadeForItBest)
{
    EXPECT_EQ(rank(parsed_platform("amd64"), parsed_platform("amd64")), 0U);
    EXPECT_EQ(rank(parsed_platform("arm/v7"), parsed_platform("arm/v7")), 0U);
    EXPECT_LT(rank(parsed_platform("amd64"), parsed_platform("amd64")),
              rank(parsed_platform("amd64"), parsed_platform("386")));
    EXPECT_LT(rank(parsed_platform("arm/v7"), parsed_platform("arm/v6")),
              rank(parsed_platform("arm/v7"), parsed_platform("arm/v5")));
    EXPECT_LT(rank(parsed_platform("arm64"), parsed_platform("arm64/v8")),
              rank(parsed_platform("arm64"), parsed_platform("arm/v8")));
    EXPECT_LT(rank(parsed_platform("arm64"), parsed_platform("arm/v8")),
              rank(parsed_platform("arm64"), parsed_platform("arm/v7")));
    EXPECT_LT(rank(parsed_platform("linux/amd64/v3"), parsed_platform("linux/amd64/v2")),
              rank(parsed_platform("linux/amd64/v3"), parsed_platform("amd64")));
}

TEST(AMachine, RunsNothingElse)
{
    EXPECT_FALSE(rank(parsed_platform("amd64"), parsed_platform("arm64")));
    EXPECT_FALSE(rank(parsed_platform("386"), parsed_platform("amd64")));
    EXPECT_FALSE(rank(parsed_platform("arm/v6"), parsed_platform("arm/v7")));
    EXPECT_FALSE(rank(parsed_platform("amd64"), parsed_platform("linux/amd64/v2")));
    EXPECT_FALSE(rank(parsed_platform("amd64"), parsed_platform("windows/amd64")));
    EXPECT_FALSE(rank(parsed_platform("amd64"), Platform{"unknown", "unknown", "", ""}));
}

} // namespace
} // namespace slipway::oci
