// SPDX-License-Identifier: LGPL-2.1-or-later
// PublishedPort: what docker's users write, and what is refused of it.
#include "engine/network/port.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {

namespace {

std::vector<std::string> texts(std::string_view text)
{
    std::vector<std::string> found;
    for (const PublishedPort& port : parse_published(text))
        found.push_back(port.text());
    return found;
}

using ::testing::ElementsAre;

TEST(PublishedPortTest, IsReadAsDockersUsersWriteIt)
{
    EXPECT_THAT(texts("80"), ElementsAre("any->80/tcp"));
    EXPECT_THAT(texts("0:80"), ElementsAre("any->80/tcp"));
    EXPECT_THAT(texts("8080:80"), ElementsAre("8080->80/tcp"));
    EXPECT_THAT(texts("8080:80/udp"), ElementsAre("8080->80/udp"));
    EXPECT_THAT(texts("192.0.2.1:8080:80"), ElementsAre("192.0.2.1:8080->80/tcp"));
    EXPECT_THAT(texts("192.0.2.1::80"), ElementsAre("192.0.2.1:any->80/tcp"));
    EXPECT_THAT(texts("[2001:db8::1]:8080:80/sctp"), ElementsAre("[2001:db8::1]:8080->80/sctp"));
    EXPECT_THAT(texts("[2001:db8::1]::80"), ElementsAre("[2001:db8::1]:any->80/tcp"));
    EXPECT_THAT(texts("8000-8002:80-82"), ElementsAre("8000->80/tcp", "8001->81/tcp", "8002->82/tcp"));
    EXPECT_THAT(texts("80-81"), ElementsAre("any->80/tcp", "any->81/tcp"));
}

TEST(PublishedPortTest, IsOfAllAddressesWhereTheOneNamedMeansThat)
{
    EXPECT_THAT(texts("0.0.0.0:8080:80"), ElementsAre("8080->80/tcp"));
    EXPECT_THAT(texts("[::]:8080:80"), ElementsAre("8080->80/tcp"));
}

TEST(PublishedPortTest, IsRefusedWithTheReason)
{
    EXPECT_FAILURE(parse_published(""), ErrorCode::invalid_argument, "1 to 65535");
    EXPECT_FAILURE(parse_published("8080:"), ErrorCode::invalid_argument, "1 to 65535");
    EXPECT_FAILURE(parse_published("8080:0"), ErrorCode::invalid_argument, "1 to 65535");
    EXPECT_FAILURE(parse_published("65536:80"), ErrorCode::invalid_argument, "1 to 65535");
    EXPECT_FAILURE(parse_published("8080:80/icmp"), ErrorCode::invalid_argument, "tcp, udp or sctp");
    EXPECT_FAILURE(parse_published("8000-8002:80-81"), ErrorCode::invalid_argument, "different sizes");
    EXPECT_FAILURE(parse_published("8002-8000:80-82"), ErrorCode::invalid_argument, "behind its beginning");
    EXPECT_FAILURE(parse_published("web:8080:80"), ErrorCode::invalid_argument, "no IP address");
}

TEST(PublishedPortTest, CollidesWithWhatNoProgramCouldHaveBesides)
{
    const auto one = [](std::string_view text) { return parse_published(text).front(); };
    EXPECT_TRUE(collide(one("8080:80"), one("8080:81")));
    EXPECT_TRUE(collide(one("8080:80"), one("192.0.2.1:8080:80")));
    EXPECT_FALSE(collide(one("192.0.2.2:8080:80"), one("192.0.2.1:8080:80")));
    EXPECT_FALSE(collide(one("8080:80"), one("8080:80/udp")));
    EXPECT_FALSE(collide(one("80"), one("80")));
}

TEST(PublishedPortTest, ComesBackFromItsJson)
{
    for (const char* text : {"80", "8080:80/udp", "[2001:db8::1]:8080:80"}) {
        const PublishedPort port = parse_published(text).front();
        EXPECT_EQ(Json(port).get<PublishedPort>(), port);
    }
}

} // namespace

} // namespace slipway::engine
