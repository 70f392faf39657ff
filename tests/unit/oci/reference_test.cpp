// SPDX-License-Identifier: LGPL-2.1-or-later
// References as docker and podman users write them.
#include "oci/reference.hpp"

#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

TEST(AReference, IsCompletedAsOnDockersHub)
{
    const Reference reference = parse_reference("debian").value();
    EXPECT_EQ(reference.canonical(), "docker.io/library/debian:latest");
    EXPECT_EQ(reference.familiar(), "debian:latest");
    EXPECT_EQ(parse_reference("user/app:1").value().canonical(), "docker.io/user/app:1");
}

TEST(AReference, NamesItsRegistry)
{
    for (const char* text :
         {"localhost/app:1", "localhost:5000/app:1", "quay.io/a/b/c:v1.2", "[::1]:5000/app:1"})
        EXPECT_EQ(parse_reference(text).value().canonical(), text);
    EXPECT_EQ(parse_reference("localhost:5000/app").value().domain, "localhost:5000");
}

TEST(AReference, MayHaveADigest)
{
    const std::string digest = "sha256:" + std::string(64, 'a');
    const Reference reference = parse_reference("debian@" + digest).value();
    EXPECT_TRUE(reference.tag.empty());
    ASSERT_TRUE(reference.digest);
    EXPECT_EQ(reference.digest->text(), digest);
    EXPECT_EQ(parse_reference("debian:12@" + digest).value().tag, "12");
}

TEST(AReference, IsTheSameHoweverItIsWritten)
{
    EXPECT_EQ(parse_reference("docker.io/library/debian:latest").value(), parse_reference("debian").value());
    EXPECT_EQ(parse_reference("index.docker.io/library/debian").value().domain, "docker.io");
}

TEST(AReference, ThatIsNoneIsRefused)
{
    for (const std::string& text :
         {std::string{}, std::string{"Upper"}, std::string{"a//b"}, std::string{"a:b:c"}, std::string{"a:"},
          std::string{"-a"}, std::string{"a@sha256:short"}, std::string{"a b"}, std::string(300, 'a'),
          "a:" + std::string(129, 't')})
    {
        const Result<Reference> result = parse_reference(text);
        ASSERT_FALSE(result.has_value()) << text;
        EXPECT_EQ(result.failure().code(), ErrorCode::invalid_reference) << text;
    }
}

} // namespace
} // namespace slipway::oci
