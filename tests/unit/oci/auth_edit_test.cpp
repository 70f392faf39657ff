// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of credentials changed: one entry, and nothing else of them.
#include "base/json.hpp"
#include "oci/auth_edit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

const Credentials ann{"ann", "secret", "", ""};

Json with(const std::string& json, const std::string& key, AuthStyle style = AuthStyle::podman)
{
    return parse_json(with_credentials(json, "auth.json", key, ann, style).value().json);
}

TEST(AnEntry, IsMadeInAFileThatWasNotThere)
{
    for (const char* before : {"", "\n", "{}", R"({"auths": null})"})
        EXPECT_EQ(with(before, "h.example"),
                  parse_json(R"({"auths": {"h.example": {"auth": "YW5uOnNlY3JldA=="}}})"))
            << before;
}

TEST(AnEntry, LeavesEverythingElseAsItIs)
{
    const Json after =
        with(R"({"auths": {"a.example": {"auth": "Yjpj", "email": "b@c"}, "h.example": {"auth": "Yjpj"}},
        "HttpHeaders": {"X": ["y"]}, "credHelpers": {"gcr.io": "gcloud"}})",
             "h.example");
    EXPECT_EQ(after, parse_json(R"({"auths": {"a.example": {"auth": "Yjpj", "email": "b@c"},
        "h.example": {"auth": "YW5uOnNlY3JldA=="}}, "HttpHeaders": {"X": ["y"]}, "credHelpers": {"gcr.io": "gcloud"}})"));
}

TEST(AnEntry, TakesThePlaceOfAllOldSpellings)
{
    const std::string before =
        R"({"auths": {"https://index.docker.io/v1/": {"auth": "Yjpj"}, "docker.io": {"auth": "Yjpj"}, "docker.io/team": {"auth": "Yjpj"}}})";
    EXPECT_EQ(with(before, "docker.io"), parse_json(R"({"auths": {"docker.io": {"auth": "YW5uOnNlY3JldA=="},
        "docker.io/team": {"auth": "Yjpj"}}})"));
    EXPECT_TRUE(
        with(before, "docker.io", AuthStyle::docker)["auths"].contains("https://index.docker.io/v1/"));
    EXPECT_FALSE(with(before, "docker.io", AuthStyle::docker)["auths"].contains("docker.io"));
}

TEST(AnEntry, MayBeAToken)
{
    const Credentials token{"ann", "", "tok", ""};
    const std::string json =
        with_credentials("", "auth.json", "h.example/team", token, AuthStyle::podman).value().json;
    EXPECT_EQ(find_credentials(parse_auth_file(json, "").value(), "h.example", "team/app"), token);
}

TEST(AnEntry, IsTakenAwayInWhateverSpelling)
{
    const std::string before =
        R"({"auths": {"https://h.example/v2/": {"auth": "Yjpj"}, "a.example": {"auth": "Yjpj"}}, "x": 1})";
    const AuthChange change = without_credentials(before, "auth.json", "h.example").value();
    EXPECT_TRUE(change.has_changed);
    EXPECT_EQ(parse_json(change.json), parse_json(R"({"auths": {"a.example": {"auth": "Yjpj"}}, "x": 1})"));
    EXPECT_FALSE(without_credentials(change.json, "auth.json", "h.example").value().has_changed);
    EXPECT_FALSE(without_credentials("", "auth.json", "h.example").value().has_changed);
    const AuthChange emptied = without_any_credentials(before, "auth.json").value();
    EXPECT_TRUE(emptied.has_changed);
    EXPECT_EQ(parse_json(emptied.json), parse_json(R"({"auths": {}, "x": 1})"));
}

TEST(AFileThatIsNone, IsNotChanged)
{
    for (const char* before : {"nonsense", "[]", R"({"auths": {"a": {"auth": "!!"}}})"}) {
        const Result<AuthChange> change =
            with_credentials(before, "auth.json", "h.example", ann, AuthStyle::podman);
        ASSERT_FALSE(change) << before;
        EXPECT_EQ(change.failure().code(), ErrorCode::invalid_configuration);
        EXPECT_THAT(change.failure().message(), ::testing::StartsWith("auth.json: "));
        EXPECT_FALSE(without_any_credentials(before, "auth.json"));
    }
}

} // namespace
} // namespace slipway::oci
