// SPDX-License-Identifier: LGPL-2.1-or-later
// Addresses: where they lead to, and that nothing but HTTP is followed.
#include "registry-client/url.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::registry_client {
namespace {

TEST(AUrl, KnowsItsServer)
{
    EXPECT_EQ(Url::parse("https://h.example/v2/").origin, "https://h.example:443");
    EXPECT_EQ(Url::parse("https://h.example:443/v2/").origin, "https://h.example:443");
    EXPECT_NE(Url::parse("https://h.example:444/").origin, Url::parse("https://h.example/").origin);
    EXPECT_NE(Url::parse("http://h.example/").origin, Url::parse("https://h.example/").origin);
    EXPECT_EQ(Url::parse("http://h.example:5000/").host, "h.example:5000");
    EXPECT_EQ(Url::parse("https://[::1]:5000/").host, "[::1]:5000");
}

TEST(AUrl, HasNoUserAndNoFragment)
{
    EXPECT_EQ(Url::parse("https://ann:secret@h.example/a#b").text, "https://h.example/a");
}

TEST(AUrl, IsResolvedAgainstAnother)
{
    const Url base = Url::parse("https://h.example/v2/a/blobs/uploads/?x=y");
    EXPECT_EQ(base.resolve("/upload/1?state=z").text, "https://h.example/upload/1?state=z");
    EXPECT_EQ(base.resolve("next").text, "https://h.example/v2/a/blobs/uploads/next");
    EXPECT_EQ(base.resolve("https://cdn.example/b").origin, "https://cdn.example:443");
    EXPECT_EQ(base.resolve("//cdn.example/b").text, "https://cdn.example/b");
}

TEST(AUrl, GetsQueriesBehindItsOwn)
{
    EXPECT_EQ(Url::parse("https://h.example/u?a=b").with_query("digest", "x").text,
              "https://h.example/u?a=b&digest=x");
    EXPECT_EQ(Url::parse("https://h.example/u").with_query("q", "x").text, "https://h.example/u?q=x");
    EXPECT_EQ(url_escaped("a b&c/d:e~"), "a%20b%26c%2Fd%3Ae~");
}

TEST(AUrl, OfAnotherSchemeIsRefused)
{
    for (const char* text : {"file:///etc/passwd", "gopher://h.example/", "ftp://h.example/", "", "https://"})
        EXPECT_FAILURE(Url::parse(text), ErrorCode::registry_failed, "none of HTTP's");
    EXPECT_FAILURE(Url::parse("https://h.example/").resolve("file:///etc/passwd"), ErrorCode::registry_failed,
                   "none of HTTP's");
}

} // namespace
} // namespace slipway::registry_client
