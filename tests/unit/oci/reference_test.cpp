// SPDX-License-Identifier: LGPL-2.1-or-later
// References: docker's defaults, the grammar, and how they are written.
#include "oci/reference.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

const std::string hex(64, 'a');
const std::string digest = "@sha256:" + hex;

Reference parsed(const std::string& text)
{
    return parse_reference(text).value();
}

TEST(AReference, WithoutARegistryIsOneOfDockersOfficialImages)
{
    const Reference reference = parsed("debian");
    EXPECT_EQ(reference.domain, "docker.io");
    EXPECT_EQ(reference.path, "library/debian");
    EXPECT_EQ(reference.tag, "latest");
    EXPECT_FALSE(reference.digest);
}

TEST(AReference, OfAUserIsNotOfficial)
{
    EXPECT_EQ(parsed("team/app:1").canonical(), "docker.io/team/app:1");
}

TEST(AReference, BeginsWithARegistryIfThatCanBeNothingElse)
{
    EXPECT_EQ(parsed("host.example/app").domain, "host.example");
    EXPECT_EQ(parsed("host:5000/app").domain, "host:5000");
    EXPECT_EQ(parsed("localhost/app").domain, "localhost");
    EXPECT_EQ(parsed("[::1]:5000/app").domain, "[::1]:5000");
    EXPECT_EQ(parsed("[fe80::1]/app").domain, "[fe80::1]");
    EXPECT_EQ(parsed("HOST/app").domain, "HOST");
    EXPECT_EQ(parsed("host/app").domain, "docker.io");
}

TEST(AReference, ToTheOldNameOfDockersRegistryMeansTheNewOne)
{
    EXPECT_EQ(parsed("index.docker.io/debian"), parsed("debian"));
}

TEST(AReference, TellsATagFromAPort)
{
    EXPECT_EQ(parsed("host:5000/app").tag, "latest");
    EXPECT_EQ(parsed("host:5000/app:2.1").tag, "2.1");
    EXPECT_EQ(parsed("host:5000").path, "library/host");
    EXPECT_EQ(parsed("host:5000").tag, "5000");
}

TEST(AReference, WithADigestNeedsNoTag)
{
    const Reference reference = parsed("debian" + digest);
    EXPECT_EQ(reference.tag, "");
    EXPECT_EQ(reference.digest.value().hex(), hex);
    EXPECT_EQ(parsed("debian:12" + digest).tag, "12");
}

TEST(AReference, IsWrittenAsBriefAsItCanBeReadAgain)
{
    EXPECT_EQ(parsed("docker.io/library/debian").familiar(), "debian:latest");
    EXPECT_EQ(parsed("docker.io/team/app:1").familiar(), "team/app:1");
    EXPECT_EQ(parsed("debian:12" + digest).familiar(), "debian:12" + digest);
    EXPECT_EQ(parsed("debian" + digest).familiar(), "debian" + digest);
    EXPECT_EQ(parsed("host:5000/app").familiar(), "host:5000/app:latest");
}

TEST(AReference, KeepsWhatWouldBeReadAsSomethingElse)
{
    for (const std::string text :
         {"docker.io/localhost/app:1", "docker.io/a.b/app:1", "docker.io/library/a/b:1"}) {
        const Reference reference = parsed(text);
        EXPECT_EQ(parsed(reference.familiar()), reference) << reference.familiar();
    }
    const Reference id = parsed("docker.io/library/" + hex + ":1");
    EXPECT_EQ(id.familiar(), "docker.io/library/" + hex + ":1");
    EXPECT_EQ(parsed("docker.io/localhost/app:1").familiar(), "docker.io/localhost/app:1");
}

TEST(AReference, HasPartsWithSingleSeparators)
{
    for (const char* text : {"a.b", "a_b", "a__b", "a-b", "a---b", "0", "a/b/c", "a.b_c-d"})
        EXPECT_TRUE(parse_reference(text)) << text;
}

TEST(AReference, MayBeAsLongAsTheSpecificationSays)
{
    const std::string longest(255 - std::string{"docker.io/t/"}.size(), 'a');
    EXPECT_TRUE(parse_reference("t/" + longest));
    EXPECT_FALSE(parse_reference("t/a" + longest));
    EXPECT_TRUE(parse_reference("a:" + std::string(128, 't')));
    EXPECT_FALSE(parse_reference("a:" + std::string(129, 't')));
}

struct Refused {
    std::string text;
    std::string reason;
};

class ARefusedReference : public ::testing::TestWithParam<Refused> {};

TEST_P(ARefusedReference, SaysWhatIsWrong)
{
    const Result<Reference> result = parse_reference(GetParam().text);
    ASSERT_FALSE(result) << result.value().canonical();
    EXPECT_EQ(result.failure().code(), ErrorCode::invalid_reference);
    EXPECT_THAT(result.failure().message(), ::testing::HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Each, ARefusedReference,
    ::testing::Values(
        Refused{"", "the name is empty"}, Refused{digest, "the name is empty"},
        Refused{"host.example/", "the name is empty"}, Refused{"/debian", "between slashes is empty"},
        Refused{"a//b", "between slashes is empty"}, Refused{"team/", "between slashes is empty"},
        Refused{"Debian", "must be in lower case"}, Refused{"team/App", "must be in lower case"},
        Refused{"-a", "must begin and end"}, Refused{"a.", "must begin and end"},
        Refused{"_/a", "must begin and end"}, Refused{"a..b", "may be parted by"},
        Refused{"a___b", "may be parted by"}, Refused{"a._b", "may be parted by"},
        Refused{"a b", "'.', '_' and '-' only"}, Refused{"a\nb", "'.', '_' and '-' only"},
        Refused{"d\xC3\xA9j\xC3\xA0", "must begin and end"}, Refused{"a:", "the tag is empty"},
        Refused{"a:-1", "the tag must begin"}, Refused{"a:.1", "the tag must begin"},
        Refused{"a:1:2", "the tag may have"}, Refused{"a:x/2", "port is not a number"},
        Refused{"a@sha256:12", "what follows '@'"}, Refused{"a@sha512:" + hex, "what follows '@'"},
        Refused{"a@", "what follows '@'"}, Refused{"a" + digest + "@", "what follows '@'"},
        Refused{hex, "an image's id"}, Refused{hex + ":1", "an image's id"},
        Refused{"host:/a", "port is not a number"}, Refused{"host:123456/a", "port is not a number"},
        Refused{":5000/a", "no host name"}, Refused{"a..b/c", "not a host name"},
        Refused{".a/c", "not a host name"}, Refused{"a./c", "not a host name"},
        Refused{"-a.b/c", "not a host name"}, Refused{"a_b.c/d", "host name has other characters"},
        Refused{"[::1/a", "not an IPv6 address"}, Refused{"[]/a", "not an IPv6 address"},
        Refused{"[::g]/a", "not an IPv6 address"}, Refused{"[::1]5000/a", "not an IPv6 address"},
        Refused{"[::1]:x/a", "port is not a number"},
        Refused{"t/" + std::string(250, 'a'), "longer than 255"},
        Refused{"a:" + std::string(129, 't'), "longer than 128"}));

TEST(ARefusedReference, IsNotRepeatedWithItsControlCharacters)
{
    const std::string message = parse_reference("a\x1b[2J").failure().message();
    EXPECT_EQ(message.find('\x1b'), std::string::npos);
    EXPECT_THAT(message, ::testing::HasSubstr("\"a?[2J\""));
}

} // namespace
} // namespace slipway::oci
