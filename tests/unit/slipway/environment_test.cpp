// SPDX-License-Identifier: LGPL-2.1-or-later
// The payload's environment from options and files, and labels.
#include "base/file.hpp"
#include "slipway/environment.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace slipway::cli {
namespace {

using Words = std::vector<std::string>;

std::optional<std::string> lookup(const std::string& key)
{
    return key == "HAVE" ? std::optional<std::string>{"it"} : std::nullopt;
}

TEST(AnEnvironmentFile, PassesOverEmptyLinesAndComments)
{
    EXPECT_EQ(parse_env_file("# a\n\n  \t\n  # b\nA=1\n  B=2\nC", "f").value(), (Words{"A=1", "B=2", "C"}));
    EXPECT_EQ(parse_env_file("", "f").value(), Words{});
}

TEST(AnEnvironmentFile, TakesValuesAsTheyStand)
{
    EXPECT_EQ(parse_env_file("A=\"b # c\" \nB='=x'\nC=\n", "f").value(),
              (Words{"A=\"b # c\" ", "B='=x'", "C="}));
}

TEST(AnEnvironmentFile, MayComeFromWindows)
{
    EXPECT_EQ(parse_env_file("\xEF\xBB\xBF"
                             "A=1\r\n\r\nB=2\r\n",
                             "f")
                  .value(),
              (Words{"A=1", "B=2"}));
}

TEST(AnEnvironmentFile, IsRefusedWithTheLineThatIsWrong)
{
    using namespace std::string_view_literals;
    EXPECT_FAILURE(parse_env_file("A=1\n\n=2", "f").value(), ErrorCode::invalid_argument,
                   "f:3: no variable name before '='");
    EXPECT_FAILURE(parse_env_file("export A=1", "f").value(), ErrorCode::invalid_argument,
                   "f:1: blanks in the variable name 'export A'");
    EXPECT_FAILURE(parse_env_file("A=1\0B=2"sv, "f").value(), ErrorCode::invalid_argument,
                   "f:1: a zero byte");
}

TEST(AnEnvironment, TakesAKeysValueFromOurOwn)
{
    EXPECT_EQ(resolve_environment({"A=1", "HAVE", "HAVE_NOT", "B="}, lookup).value(),
              (Words{"A=1", "HAVE=it", "B="}));
}

TEST(AnEnvironment, WithoutAKeyIsRefused)
{
    for (const char* item : {"", "=", "=1"})
        EXPECT_FAILURE(resolve_environment({item}, lookup).value(), ErrorCode::invalid_argument,
                       "not an environment variable");
}

TEST(AnEnvironment, HasFilesBeforeOptionsSoThatTheseWin)
{
    const testing::TemporaryDirectory directory;
    const std::string file = (directory / "env").native();
    std::ofstream{file} << "A=file\nB=file\n";
    EXPECT_EQ(gather_environment({file}, {"A=option"}), (Words{"A=file", "B=file", "A=option"}));
}

TEST(AnEnvironment, FromAFileThatIsNotThereNamesIt)
{
    EXPECT_FAILURE(gather_environment({"/nowhere/env"}, {}), ErrorCode::io_error, "/nowhere/env");
}

TEST(Labels, HaveAValueOrNone)
{
    EXPECT_EQ(parse_labels({"a=1", "b", "c=", "d=e=f", "a=2"}),
              (std::map<std::string, std::string>{{"a", "2"}, {"b", ""}, {"c", ""}, {"d", "e=f"}}));
}

TEST(Labels, WithoutAKeyAreRefused)
{
    EXPECT_FAILURE(parse_labels({""}), ErrorCode::invalid_argument, "not a label: ''");
    EXPECT_FAILURE(parse_labels({"=1"}), ErrorCode::invalid_argument, "not a label: '=1'");
}

} // namespace
} // namespace slipway::cli
