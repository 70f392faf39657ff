// SPDX-License-Identifier: LGPL-2.1-or-later
// Words of docker-credential-*.
#include "base/json.hpp"
#include "oci/credential_helper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

TEST(AHelpersAnswer, IsAPasswordOrAToken)
{
    EXPECT_EQ(
        parse_helper_answer(R"({"ServerURL": "h.example", "Username": "ann", "Secret": "s:x"})").value(),
        (Credentials{"ann", "s:x", "", ""}));
    EXPECT_EQ(parse_helper_answer(R"({"Username": "<token>", "Secret": "tok"})").value(),
              (Credentials{"", "", "tok", ""}));
    EXPECT_TRUE(parse_helper_answer(R"({"Username": "", "Secret": ""})").value().is_anonymous());
}

TEST(AHelpersAnswer, MakesNoHeaderOfTwoLines)
{
    for (const char* answer :
         {"nonsense", "[]", R"({"Username": "ann"})", R"({"Username": 1, "Secret": "x"})",
          R"({"Username": "ann", "Secret": "x\r\nX: y"})", R"({"Username": "a\u0000", "Secret": "x"})"})
    {
        const Result<Credentials> result = parse_helper_answer(answer);
        ASSERT_FALSE(result) << answer;
        EXPECT_EQ(result.failure().code(), ErrorCode::credential_helper_failed);
    }
}

TEST(AHelper, IsToldWhatItIsToKeep)
{
    EXPECT_EQ(parse_json(helper_request("h.example", {"ann", "s\"x", "", ""})),
              parse_json(R"({"ServerURL": "h.example", "Username": "ann", "Secret": "s\"x"})"));
    EXPECT_EQ(parse_json(helper_request("h.example", {"ann", "", "tok", ""})),
              parse_json(R"({"ServerURL": "h.example", "Username": "<token>", "Secret": "tok"})"));
    EXPECT_EQ(helper_servers("docker.io").front(), "https://index.docker.io/v1/");
    EXPECT_EQ(helper_servers("h.example:5000").front(), "h.example:5000");
}

TEST(AHelper, SaysThatItKeepsNothing)
{
    EXPECT_TRUE(means_nothing_kept("credentials not found in native keychain\n"));
    EXPECT_FALSE(means_nothing_kept("the keyring is locked"));
    EXPECT_THAT(parse_helper_list(R"({"b.example": "ann", "a.example": "bob"})").value(),
                ::testing::UnorderedElementsAre("a.example", "b.example"));
    EXPECT_FALSE(parse_helper_list("[]"));
}

} // namespace
} // namespace slipway::oci
