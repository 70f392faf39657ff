// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of credentials: docker's and podman's.
#include "oci/auth_file.hpp"
#include "oci/base64.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

AuthFile parsed(const std::string& json)
{
    return parse_auth_file(json, "auth.json").value();
}

TEST(Base64, IsReadAndWritten)
{
    for (const std::string bytes : {"", "f", "fo", "foo", "foob", "fooba", "foobar"})
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    EXPECT_EQ(to_base64("ann:secret"), "YW5uOnNlY3JldA==");
    EXPECT_EQ(from_base64("YW5uOnNlY3JldA"), "ann:secret");
    EXPECT_FALSE(from_base64("YW5uO"));
    EXPECT_FALSE(from_base64("YW5u*nNl"));
}

TEST(AnAuthFile, HasPasswordsAndTokens)
{
    const AuthFile file = parsed(
        R"({"auths": {"a.example": {"auth": "YW5uOnM6eA=="}, "b.example": {"username": "bob", "password": "p"},
        "c.example": {"auth": "PHRva2VuPjo=", "identitytoken": "id"}, "d.example": {"registrytoken": "reg"}, "e.example": {}}})");
    EXPECT_EQ(find_credentials(file, "a.example", "x"), (Credentials{"ann", "s:x", "", ""}));
    EXPECT_EQ(find_credentials(file, "b.example", ""), (Credentials{"bob", "p", "", ""}));
    EXPECT_EQ(find_credentials(file, "c.example", "x"), (Credentials{"<token>", "", "id", ""}));
    EXPECT_EQ(find_credentials(file, "d.example", "x"), (Credentials{"", "", "", "reg"}));
    EXPECT_FALSE(find_credentials(file, "e.example", "x"));
}

TEST(AnAuthFile, MayHaveOnesForAPartOfARegistry)
{
    const AuthFile file =
        parsed(R"({"auths": {"h.example:5000": {"auth": "YTox"}, "h.example:5000/team": {"auth": "YToy"},
        "h.example:5000/team/app": {"auth": "YToz"}}})");
    const auto password = [&file](const std::string& path) {
        return find_credentials(file, "h.example:5000", path)->password;
    };
    EXPECT_EQ(password("team/app"), "3");
    EXPECT_EQ(password("team/application"), "2");
    EXPECT_EQ(password("team/app/sub"), "3");
    EXPECT_EQ(password("teams/app"), "1");
    EXPECT_FALSE(find_credentials(file, "h.example", "team/app"));
}

TEST(AnAuthFile, KnowsDockersRegistryByItsOldNames)
{
    for (const char* key : {"https://index.docker.io/v1/", "index.docker.io", "docker.io",
                            "https://docker.io", "registry-1.docker.io", "index.docker.io/v1/"})
        EXPECT_EQ(auth_key(key), "docker.io") << key;
    EXPECT_EQ(auth_key("https://h.example/v2/"), "h.example");
    EXPECT_EQ(auth_key("h.example/team/"), "h.example/team");
    EXPECT_EQ(auth_key("docker.io/team"), "docker.io/team");
}

TEST(AnAuthFile, NamesHelpers)
{
    const AuthFile file = parsed(R"({"credHelpers": {"gcr.io": "gcloud"}, "credsStore": "secretservice"})");
    EXPECT_EQ(helper_for(file, "gcr.io"), "gcloud");
    EXPECT_EQ(helper_for(file, "docker.io"), "secretservice");
    EXPECT_EQ(helper_for(AuthFile{}, "docker.io"), "");
}

TEST(AnAuthFile, IsReadAsItWasWritten)
{
    const AuthFile file{
        {{"docker.io", {"ann", "secret", "", ""}}, {"h.example/team", {"<token>", "", "id", ""}}},
        {{"gcr.io", "gcloud"}},
        "pass"};
    const std::string json = to_json(file);
    EXPECT_EQ(parsed(json), file);
    EXPECT_THAT(json, ::testing::HasSubstr("https://index.docker.io/v1/"));
}

TEST(AnAuthFile, SaysWhereItIsWrong)
{
    const auto message = [](const std::string& json) {
        const Result<AuthFile> result = parse_auth_file(json, "auth.json");
        EXPECT_FALSE(result) << json;
        EXPECT_EQ(result.failure().code(), ErrorCode::invalid_configuration);
        return result.failure().message();
    };
    EXPECT_EQ(message("nonsense"), "auth.json: not a JSON object");
    EXPECT_EQ(message(R"({"auths": []})"), "auth.json: auths: not an object");
    EXPECT_EQ(message(R"({"auths": {"a": {"auth": "!!"}}})"),
              "auth.json: auths.a.auth: not USER:PASSWORD in base64");
    EXPECT_EQ(message(R"({"auths": {"a": {"auth": "YW5u"}}})"),
              "auth.json: auths.a.auth: not USER:PASSWORD in base64");
    EXPECT_EQ(message(R"({"auths": {"a": {"username": "x\ny"}}})"),
              "auth.json: auths.a.username: has a line break or a NUL character");
    EXPECT_THAT(message(R"({"credsStore": "../../bin/sh"})"), ::testing::HasSubstr("helper's name"));
    EXPECT_THAT(message(R"({"auths": {"a": {"auth": ")" + to_base64("a:b\r\nX: y") + R"("}}})"),
                ::testing::HasSubstr("line break"));
}

} // namespace
} // namespace slipway::oci
