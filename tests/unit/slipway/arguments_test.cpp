// SPDX-License-Identifier: LGPL-2.1-or-later
// Arguments: where ours end and the command's begin; variables and labels.
#include "arguments/split.hpp"
#include "base/failure.hpp"
#include "slipway/environment.hpp"

#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using Words = std::vector<std::string>;

TEST(Arguments, EndAtTheImage)
{
    const ValueOptions with_value{"-e", "--env", "--name"};
    const SplitArguments split =
        split_at_operand({"-d", "-e", "A=1", "--name=x", "image", "-e", "mine"}, with_value);
    EXPECT_EQ(split.options, (Words{"-d", "-e", "A=1", "--name=x"}));
    EXPECT_EQ(split.operands, (Words{"image", "-e", "mine"}));
    EXPECT_EQ(split_at_operand({"--", "-image"}, with_value).operands, Words{"-image"});
    EXPECT_EQ(split_at_operand({"-deA=1", "image"}, with_value).operands, Words{"image"});
}

TEST(Variables, WithoutAValueAreOurOwn)
{
    const Lookup lookup = [](const std::string& key) -> std::optional<std::string> {
        return key == "HAVE" ? std::optional<std::string>{"it"} : std::nullopt;
    };
    EXPECT_EQ(resolve_environment({"A=1", "HAVE", "HAVENOT", "B="}, lookup).value(),
              (Words{"A=1", "HAVE=it", "B="}));
    EXPECT_FALSE(resolve_environment({"=x"}, lookup).has_value());
}

TEST(Variables, OfAFileAreItsLines)
{
    EXPECT_EQ(parse_env_file("# comment\n\nA=1\nB=\"quoted\"\n", "file").value(),
              (Words{"A=1", "B=\"quoted\""}));
}

TEST(Labels, HaveKeys)
{
    EXPECT_EQ(parse_labels({"a=b=c", "d"}), (std::map<std::string, std::string>{{"a", "b=c"}, {"d", ""}}));
    EXPECT_THROW(parse_labels({"=x"}), Failure);
}

} // namespace
} // namespace slipway::cli
