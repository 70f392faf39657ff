// SPDX-License-Identifier: LGPL-2.1-or-later
// References: docker's defaults, the grammar, and how they are written.
#include "oci/reference.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

const std::string reference_hex(64, 'a');
const std::string reference_digest = "@sha256:" + reference_hex;

Reference parsed_reference(const std::string& text)
{
    return parse_reference(text).value();
}

TEST(AReference, WithoutARegistryIsOneOfDockersOfficialImages)
{
    const Reference reference = parsed_reference("debian");
    EXPECT_EQ(reference.domain, "docker.io");
    EXPECT_EQ(reference.path, "library/debian");
    EXPECT_EQ(reference.tag, "latest");
    EXPECT_FALSE(reference.digest);
}

TEST(AReference, OfAUserIsNotOfficial)
{
    EXPECT_EQ(parsed_reference("team/app:1").canonical(), "docker.io/team/app:1");
}

TEST(AReference, BeginsWithARegistryIfThatCanBeNothingElse)
{
    EXPECT_EQ(parsed_reference("host.example/app").domain, "host.example");
    EXPECT_EQ(parsed_reference("host:5000/app").domain, "host:5000");
    EXPECT_EQ(parsed_reference("localhost/app").domain, "localhost");
    EXPECT_EQ(parsed_reference("[::1]:5000/app").domain, "[::1]:5000");
    EXPECT_EQ(parsed_reference("[fe80::1]/app").domain, "[fe80::1]");
    EXPECT_EQ(parsed_reference("HOST/app").domain, "HOST");
    EXPECT_EQ(parsed_reference("host/app").domain, "docker.io");
}

TEST(AReference, ToTheOldNameOfDockersRegistryMeansTheNewOne)
{
    EXPECT_EQ(parsed_reference("index.docker.io/debian"), parsed_reference("debian"));
}

TEST(AReference, TellsATagFromAPort)
{
    EXPECT_EQ(parsed_reference("host:5000/app").tag, "latest");
    EXPECT_EQ(parsed_reference("host:5000/app:2.1").tag, "2.1");
    EXPECT_EQ(parsed_reference("host:5000").path, "library/host");
    EXPECT_EQ(parsed_reference("host:5000").tag, "5000");
}

TEST(AReference, WithADigestNeedsNoTag)
{
    const Reference reference = parsed_reference("debian" + reference_digest);
    EXPECT_EQ(reference.tag, "");
    EXPECT_EQ(reference.digest.value().hex(), reference_hex);
    EXPECT_EQ(parsed_reference("debian:12" + reference_digest).tag, "12");
}

TEST(AReference, IsWrittenAsBriefAsItCanBeReadAgain)
{
    EXPECT_EQ(parsed_reference("docker.io/library/debian").familiar(), "debian:latest");
    EXPECT_EQ(parsed_reference("docker.io/team/app:1").familiar(), "team/app:1");
    EXPECT_EQ(parsed_reference("debian:12" + reference_digest).familiar(), "debian:12" + reference_digest);
    EXPECT_EQ(parsed_reference("debian" + reference_digest).familiar(), "debian" + reference_digest);
    EXPECT_EQ(parsed_reference("host:5000/app").familiar(), "host:5000/app:latest");
}

TEST(AReference, KeepsWhatWouldBeReadAsSomethingElse)
{
    for (const std::string text :
         {"docker.io/localhost/app:1", "docker.io/a.b/app:1", "docker.io/library/a/b:1"}) {
        const Reference reference = parsed_reference(text);
        EXPECT_EQ(parsed_reference(reference.familiar()), reference) << reference.familiar();
    }
    const Reference id = parsed_reference("docker.io/library/" + reference_hex + ":1");
    EXPECT_EQ(id.familiar(), "docker.io/library/" + reference_hex + ":1");
    EXPECT_EQ(parsed_reference("docker.io/localhost/app:1").familiar(), "docker.io/localhost/app:1");
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

struct RefusedReference {
    std::string text;
    std::string reason;
};

class ARefusedReference : public ::testing::TestWithParam<RefusedReference> {};

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
        RefusedReference{"", "the name is empty"}, RefusedReference{reference_digest, "the name is empty"},
        RefusedReference{"host.example/", "the name is empty"},
        RefusedReference{"/debian", "between slashes is empty"},
        RefusedReference{"a//b", "between slashes is empty"},
        RefusedReference{"team/", "between slashes is empty"},
        RefusedReference{"Debian", "must be in lower case"},
        RefusedReference{"team/App", "must be in lower case"}, RefusedReference{"-a", "must begin and end"},
        RefusedReference{"a.", "must begin and end"}, RefusedReference{"_/a", "must begin and end"},
        RefusedReference{"a..b", "may be parted by"}, RefusedReference{"a___b", "may be parted by"},
        RefusedReference{"a._b", "may be parted by"}, RefusedReference{"a b", "'.', '_' and '-' only"},
        RefusedReference{"a\nb", "'.', '_' and '-' only"},
        RefusedReference{"d\xC3\xA9j\xC3\xA0", "must begin and end"},
        RefusedReference{"a:", "the tag is empty"}, RefusedReference{"a:-1", "the tag must begin"},
        RefusedReference{"a:.1", "the tag must begin"}, RefusedReference{"a:1:2", "the tag may have"},
        RefusedReference{"a:x/2", "port is not a number"},
        RefusedReference{"a@sha256:12", "what follows '@'"},
        RefusedReference{"a@sha512:" + reference_hex, "what follows '@'"},
        RefusedReference{"a@", "what follows '@'"},
        RefusedReference{"a" + reference_digest + "@", "what follows '@'"},
        RefusedReference{reference_hex, "an image's id"},
        RefusedReference{reference_hex + ":1", "an image's id"},
        RefusedReference{"host:/a", "port is not a number"},
        RefusedReference{"host:123456/a", "port is not a number"},
        RefusedReference{":5000/a", "no host name"}, RefusedReference{"a..b/c", "not a host name"},
        RefusedReference{".a/c", "not a host name"}, RefusedReference{"a./c", "not a host name"},
        RefusedReference{"-a.b/c", "not a host name"},
        RefusedReference{"a_b.c/d", "host name has other characters"},
        RefusedReference{"[::1/a", "not an IPv6 address"}, RefusedReference{"[]/a", "not an IPv6 address"},
        RefusedReference{"[::g]/a", "not an IPv6 address"},
        RefusedReference{"[::1]5000/a", "not an IPv6 address"},
        RefusedReference{"[::1]:x/a", "port is not a number"},
        RefusedReference{"t/" + std::string(250, 'a'), "longer than 255"},
        RefusedReference{"a:" + std::string(129, 't'), "longer than 128"}));

TEST(ARefusedReference, IsNotRepeatedWithItsControlCharacters)
{
    const std::string message = parse_reference("a\x1b[2J").failure().message();
    EXPECT_EQ(message.find('\x1b'), std::string::npos);
    EXPECT_THAT(message, ::testing::HasSubstr("\"a?[2J\""));
}

} // namespace
} // namespace slipway::oci
