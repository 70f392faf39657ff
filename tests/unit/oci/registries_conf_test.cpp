// SPDX-License-Identifier: LGPL-2.1-or-later
// registries.conf: read, put together, and what it means for an image.
#include "oci/registries_conf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

RegistriesConf parsed_conf(const std::string& toml)
{
    return parse_registries_conf(toml, "registries.conf").value();
}

std::vector<std::string> places(const std::string& toml, const std::string& reference)
{
    std::vector<std::string> texts;
    const std::vector<Endpoint> endpoints =
        endpoints_of(parsed_conf(toml), parse_reference(reference).value()).value();
    for (const Endpoint& endpoint : endpoints)
        texts.push_back(endpoint.host + "/" + endpoint.repository +
                        (endpoint.is_insecure ? " insecure" : ""));
    return texts;
}

std::vector<std::string> names(const RegistriesConf& conf, const std::string& text)
{
    std::vector<std::string> found;
    const Candidates candidates = candidates_of(conf, text).value();
    for (const Reference& reference : candidates.references)
        found.push_back(reference.canonical());
    return found;
}

using ::testing::ElementsAre;

TEST(AnImage, WithoutARuleIsAtItsRegistry)
{
    EXPECT_THAT(places("", "debian"), ElementsAre("registry-1.docker.io/library/debian"));
    EXPECT_THAT(places("", "h.example:5000/a/b"), ElementsAre("h.example:5000/a/b"));
}

TEST(AnImage, OfTheLoopbackNeedsNoEncryption)
{
    for (const char* host : {"localhost:5000", "127.0.0.1:5000", "127.9.9.9", "[::1]:5000", "localhost"})
        EXPECT_THAT(places("", std::string{host} + "/a"), ElementsAre(std::string{host} + "/a insecure"));
    for (const char* host : {"127.0.0.1.example", "localhost.example", "128.0.0.1", "[::2]:5000"})
        EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(ARule, MovesMirrorsAndForgives)
{
    const std::string toml = R"(
[[registry]]
prefix = "h.example/team"
location = "other.example:5000/moved"
insecure = true
[[registry.mirror]]
location = "mirror.example/cache"
[[registry.mirror]]
location = "localhost:5001"
pull-from-mirror = "digest-only"
)";
    EXPECT_THAT(places(toml, "h.example/team/app:1"),
                ElementsAre("mirror.example/cache/app", "localhost:5001/app insecure",
                            "other.example:5000/moved/app insecure"));
    EXPECT_THAT(places(toml, "h.example/teams/app"), ElementsAre("h.example/teams/app"));
    const auto endpoints =
        endpoints_of(parsed_conf(toml), parse_reference("h.example/team/app").value()).value();
    EXPECT_EQ(endpoints[1].use, MirrorUse::digests_only);
    EXPECT_TRUE(endpoints[1].is_mirror);
    EXPECT_FALSE(endpoints[2].is_mirror);
}

TEST(ARule, WithTheLongestPrefixCounts)
{
    const std::string toml = R"(
[[registry]]
prefix = "*.example"
location = "wild.example"
[[registry]]
location = "h.example"
[[registry]]
prefix = "h.example/a"
location = "deep.example/a"
[[registry]]
prefix = "h.example/a/one:1"
location = "one.example/x/one"
)";
    EXPECT_THAT(places(toml, "h.example/a/b"), ElementsAre("deep.example/a/b"));
    EXPECT_THAT(places(toml, "h.example/b"), ElementsAre("h.example/b"));
    EXPECT_THAT(places(toml, "x.y.example/b"), ElementsAre("wild.example/b"));
    EXPECT_THAT(places(toml, "example/b"), ElementsAre("registry-1.docker.io/example/b"));
}

TEST(ARule, ForDockersRegistryKeepsItsOfficialImages)
{
    const std::string toml =
        "[[registry]]\nlocation = \"docker.io\"\n[[registry.mirror]]\nlocation = \"mirror.example\"\n";
    EXPECT_THAT(places(toml, "debian"),
                ElementsAre("mirror.example/library/debian", "registry-1.docker.io/library/debian"));
}

TEST(ARule, MayBlock)
{
    const auto result = endpoints_of(parsed_conf("[[registry]]\nlocation = \"h.example\"\nblocked = true\n"),
                                     parse_reference("h.example/a").value());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.failure().code(), ErrorCode::registry_blocked);
}

TEST(AShortName, IsLookedForInAllPlaces)
{
    EXPECT_THAT(names({}, "debian"), ElementsAre("docker.io/library/debian:latest"));
    const RegistriesConf conf = parsed_conf(R"(
unqualified-search-registries = ["a.example", "docker.io"]
[aliases]
"nginx" = "b.example/team/nginx"
)");
    EXPECT_THAT(names(conf, "debian:12"), ElementsAre("a.example/debian:12", "docker.io/library/debian:12"));
    EXPECT_THAT(names(conf, "team/app"),
                ElementsAre("a.example/team/app:latest", "docker.io/team/app:latest"));
    EXPECT_THAT(names(conf, "nginx:1"), ElementsAre("b.example/team/nginx:1"));
    EXPECT_THAT(names(conf, "h.example/app"), ElementsAre("h.example/app:latest"));
    EXPECT_THAT(names(conf, "docker.io/app"), ElementsAre("docker.io/library/app:latest"));
    EXPECT_THAT(names(conf, "localhost/app"), ElementsAre("localhost/app:latest"));
    EXPECT_FALSE(candidates_of(parsed_conf("unqualified-search-registries = []"), "debian"));
}

TEST(AShortName, MayHaveToBeAskedAbout)
{
    const std::string search = "unqualified-search-registries = [\"a.example\", \"b.example\"]\n";
    EXPECT_TRUE(candidates_of(parsed_conf(search + "short-name-mode = \"enforcing\""), "x").value().must_ask);
    EXPECT_FALSE(candidates_of(parsed_conf(search + "short-name-mode = \"disabled\""), "x").value().must_ask);
    EXPECT_FALSE(candidates_of(parsed_conf(search + "short-name-mode = \"enforcing\""), "a.example/x")
                     .value()
                     .must_ask);
}

TEST(ALaterFile, ReplacesWhatItNames)
{
    RegistriesConf conf =
        parsed_conf("unqualified-search-registries = [\"a.example\"]\n[[registry]]\nlocation = "
                    "\"x.example\"\nblocked = true\n"
                    "[aliases]\na = \"h.example/a\"\nb = \"h.example/b\"\n");
    merge(conf, parsed_conf("[[registry]]\nlocation = \"x.example\"\n[[registry]]\nlocation = "
                            "\"y.example\"\n[aliases]\nb = \"\"\n"));
    EXPECT_EQ(conf.rules.size(), 2U);
    EXPECT_FALSE(conf.rules[0].is_blocked);
    EXPECT_EQ(conf.search->size(), 1U);
    EXPECT_THAT(names(conf, "a"), ElementsAre("h.example/a:latest"));
    EXPECT_THAT(names(conf, "b"), ElementsAre("a.example/b:latest"));
}

TEST(AFile, MaySayWhoKeepsCredentials)
{
    RegistriesConf conf = parsed_conf("credential-helpers = [\"containers-auth.json\", \"pass\"]\n");
    EXPECT_THAT(*conf.credential_helpers, ElementsAre(auth_files_helper, "pass"));
    merge(conf, parsed_conf(""));
    EXPECT_EQ(conf.credential_helpers->size(), 2U);
    merge(conf, parsed_conf("credential-helpers = [\"other\"]\n"));
    EXPECT_THAT(*conf.credential_helpers, ElementsAre("other"));
}

TEST(ARule, MaySayHowLongSilenceIsBorne)
{
    const RegistriesConf conf = parsed_conf("[[registry]]\nlocation = \"h.example\"\nstall-timeout = 5\n");
    EXPECT_EQ(conf.rules[0].stall_timeout, std::chrono::seconds{5});
    EXPECT_FALSE(parsed_conf("[[registry]]\nlocation = \"h.example\"\n").rules[0].stall_timeout);
}

TEST(ARegistryItself, IsNeitherMirrorNorMovedPlace)
{
    const RegistriesConf conf = parsed_conf(R"(
[[registry]]
prefix = "docker.io"
location = "lab.example:5000"
insecure = true
[[registry]]
location = "shut.example"
blocked = true
)");
    const auto registry = [&conf](const char* name) {
        return registry_of(conf, parse_reference(std::string{name} + "/any").value());
    };
    const Endpoint docker = registry("docker.io").value();
    EXPECT_EQ(docker.host, "registry-1.docker.io");
    EXPECT_EQ(docker.domain, "docker.io");
    EXPECT_EQ(docker.repository, "");
    EXPECT_FALSE(docker.is_insecure);
    EXPECT_TRUE(registry("lab.example:5000").value().is_insecure);
    EXPECT_TRUE(registry("localhost:5000").value().is_insecure);
    ASSERT_FALSE(registry("shut.example"));
    EXPECT_EQ(registry("shut.example").failure().code(), ErrorCode::registry_blocked);
}

struct RefusedConf {
    const char* toml;
    const char* words;
};

class ARefusedFile : public ::testing::TestWithParam<RefusedConf> {};

TEST_P(ARefusedFile, SaysInWhichLine)
{
    const auto result = parse_registries_conf(GetParam().toml, "registries.conf");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.failure().code(), ErrorCode::invalid_configuration);
    EXPECT_THAT(result.failure().message(), ::testing::HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    Each, ARefusedFile,
    ::testing::Values(
        RefusedConf{"\n[[registry]\n", "registries.conf:2: "},
        RefusedConf{"[\n", "registries.conf: not TOML"},
        RefusedConf{"[registries.search]\nregistries = []\n", "version 1"},
        RefusedConf{"[[registry]]\nblocked = 1\n", "registries.conf:2: blocked must be true or false"},
        RefusedConf{"[[registry]]\nblocked = true\n", "neither prefix nor location"},
        RefusedConf{"[[registry]]\nlocation = \"https://h.example\"\n", "without https://"},
        RefusedConf{"[[registry]]\nlocation = \"*.example\"\n", "not a registry"},
        RefusedConf{"[[registry]]\nprefix = \"*.example/a\"\n", "a wildcard is for whole hosts"},
        RefusedConf{"registry = 1\n", "must be written [[registry]]"},
        RefusedConf{"[[registry]]\nlocation = \"h.example\"\n[[registry.mirror]]\ninsecure = true\n",
                    "without a location"},
        RefusedConf{"[[registry]]\nlocation = \"h.example\"\n[[registry.mirror]]\nlocation = \"m.example\"\n"
                    "pull-from-mirror = \"never\"\n",
                    "registries.conf:5: pull-from-mirror"},
        RefusedConf{"unqualified-search-registries = \"a\"\n", "a list of strings"},
        RefusedConf{"credential-helpers = [\"a/b\"]\n", "registries.conf:1: credential-helpers"},
        RefusedConf{"[[registry]]\nlocation = \"h.example\"\nstall-timeout = 0\n",
                    "registries.conf:3: stall-timeout must be 1 to 3600"},
        RefusedConf{"[[registry]]\nlocation = \"h.example\"\nstall-timeout = \"5s\"\n",
                    "a number of seconds"},
        RefusedConf{"short-name-mode = \"loose\"\n", "registries.conf:1: short-name-mode"},
        RefusedConf{"[aliases]\na = \"b\"\n", "the alias of a must be HOST/NAME"}));

} // namespace
} // namespace slipway::oci
