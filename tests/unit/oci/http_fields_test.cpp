// SPDX-License-Identifier: LGPL-2.1-or-later
// Header fields: challenges, links, ranges, times to wait.
#include "oci/challenge.hpp"
#include "oci/http_fields.hpp"

#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

using std::chrono::seconds;

TEST(AChallenge, HasASchemeAndValues)
{
    const auto challenges =
        parse_challenges(R"(Bearer realm="https://auth.example/token",service="a, \"b\"" , scope=x)").value();
    ASSERT_EQ(challenges.size(), 1U);
    EXPECT_EQ(challenges[0].scheme, "bearer");
    EXPECT_EQ(challenges[0].value("realm"), "https://auth.example/token");
    EXPECT_EQ(challenges[0].value("service"), "a, \"b\"");
    EXPECT_EQ(challenges[0].value("scope"), "x");
    EXPECT_EQ(challenges[0].value("none"), "");
}

TEST(AHeader, MayHaveSeveralChallenges)
{
    const auto challenges =
        parse_challenges(R"(Negotiate, Basic realm="a", charset="UTF-8", NTLM abc==, Digest REALM=b)")
            .value();
    ASSERT_EQ(challenges.size(), 4U);
    EXPECT_EQ(challenges[0].scheme, "negotiate");
    EXPECT_EQ(challenges[1].values.size(), 2U);
    EXPECT_EQ(challenges[2].token68, "abc==");
    EXPECT_EQ(challenges[3].value("realm"), "b");
    EXPECT_TRUE(parse_challenges("").value().empty());
}

TEST(AHeader, AgainstTheGrammarHasNoChallenges)
{
    for (const char* header : {"=", "Bearer realm=\"x", "Bearer realm=\"x\\", "Bearer a=b a=c",
                               "Bearer a=b, a=c", "Bearer \"x\"", "Bearer a=\"\x01\""})
        EXPECT_FALSE(parse_challenges(header)) << header;
    EXPECT_FALSE(parse_challenges(std::string(20'000, 'a')));
}

TEST(ALink, LeadsToTheNextPage)
{
    EXPECT_EQ(parse_next_link(R"(</v2/a/tags/list?last=b&n=2>; rel="next")"), "/v2/a/tags/list?last=b&n=2");
    EXPECT_EQ(parse_next_link(R"(<x>; rel=prev, <y,z>; title="a;b"; rel="last NEXT")"), "y,z");
    for (const char* header : {"", "<x>", "<x>; rel=prev", "x; rel=next", "<x; rel=next", "<x>; rel=\"next"})
        EXPECT_FALSE(parse_next_link(header)) << header;
}

TEST(AContentRange, SaysWhichPartItIs)
{
    EXPECT_EQ(parse_content_range("bytes 5-9/10"), (ContentRange{5, 9, 10}));
    EXPECT_EQ(parse_content_range("Bytes 0-0/*"), (ContentRange{0, 0, std::nullopt}));
    for (const char* header :
         {"", "bytes", "bytes 5-4/10", "bytes 5-10/10", "bytes */10", "bytes -5-9/10", "bytes 5-9",
          "bytes 5-9/10x", "bytes 5-99999999999999999999/*", "lines 5-9/10"})
        EXPECT_FALSE(parse_content_range(header)) << header;
}

TEST(AnUploadsRange, SaysHowMuchThereIs)
{
    EXPECT_EQ(parse_upload_range("0-99"), 100U);
    EXPECT_EQ(parse_upload_range("bytes=0-99"), 100U);
    EXPECT_EQ(parse_upload_range("0-0"), 0U);
    for (const char* header : {"", "1-99", "0-", "-9", "0-9x", "0-18446744073709551615"})
        EXPECT_FALSE(parse_upload_range(header)) << header;
}

TEST(ATimeToWait, IsInSecondsOrADate)
{
    EXPECT_EQ(parse_retry_after("120", 0), seconds{120});
    EXPECT_EQ(parse_retry_after("Thu, 01 Jan 1970 00:01:40 GMT", 40), seconds{60});
    EXPECT_EQ(parse_retry_after("Thu, 01 Jan 1970 00:01:40 GMT", 400), seconds{0});
    EXPECT_EQ(parse_retry_after("99999999999", 0), seconds{86'400});
    for (const char* header : {"", "soon", "-5", "12s"})
        EXPECT_FALSE(parse_retry_after(header, 0)) << header;
}

TEST(AMediaType, IsReadWithoutItsParameters)
{
    EXPECT_EQ(parse_media_type("Application/JSON; charset=utf-8"), "application/json");
    EXPECT_EQ(parse_media_type(""), "");
}

} // namespace
} // namespace slipway::oci
