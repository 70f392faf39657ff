// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of registries: found, read, put together.
#include "base/file.hpp"
#include "registry/certificates.hpp"
#include "registry/configuration.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::registry {
namespace {

class Files : public ::testing::Test {
  protected:
    void write(const std::string& name, const std::string& content)
    {
        const std::filesystem::path path = directory_ / name;
        std::filesystem::create_directories(path.parent_path());
        replace_file(path, content, Durability::page_cache);
    }
    std::vector<std::filesystem::path> directories() const
    {
        return {directory_ / "first", directory_ / "second"};
    }

    testing::TemporaryDirectory directory_;
};

using CertificatesOfAHost = Files;
using RegistriesConfFiles = Files;
using ATargetOfAnImage = Files;

TEST_F(CertificatesOfAHost, AreOfTheFirstDirectoryThatHasAny)
{
    write("first/other.example/ca.crt", "other");
    write("second/h.example:5000/a.crt", "one");
    write("second/h.example:5000/b.crt", "two");
    write("second/h.example:5000/me.cert", "mine");
    write("second/h.example:5000/me.key", "secret");
    write("second/h.example:5000/readme.txt", "nothing");
    EXPECT_EQ(find_certificates(directories(), "h.example:5000"),
              (Certificates{"one\ntwo\n", "mine", "secret"}));
    EXPECT_EQ(find_certificates(directories(), "h.example"), Certificates{});
    write("first/h.example:5000/ca.crt", "nearer");
    EXPECT_EQ(find_certificates(directories(), "h.example:5000").authorities, "nearer\n");
}

TEST_F(CertificatesOfAHost, ComeInPairs)
{
    write("first/a.example/me.cert", "mine");
    write("first/b.example/me.key", "secret");
    EXPECT_FAILURE(find_certificates(directories(), "a.example"), ErrorCode::invalid_configuration,
                   "there is no me.key beside it");
    EXPECT_FAILURE(find_certificates(directories(), "b.example"), ErrorCode::invalid_configuration,
                   "there is no me.cert beside it");
    EXPECT_FAILURE(find_certificates(directories(), ".."), ErrorCode::invalid_argument,
                   "not a registry's host");
}

TEST_F(RegistriesConfFiles, AreReadInTheOrderOfTheirNames)
{
    write("registries.conf",
          "unqualified-search-registries = [\"a.example\"]\nshort-name-mode = \"enforcing\"\n");
    write("registries.conf.d/20.conf", "unqualified-search-registries = [\"c.example\"]\n");
    write("registries.conf.d/10.conf", "unqualified-search-registries = [\"b.example\"]\n");
    write("registries.conf.d/30.txt", "nonsense");
    const oci::RegistriesConf conf = read_registries_conf(directory_ / "registries.conf");
    EXPECT_THAT(*conf.search, ::testing::ElementsAre("c.example"));
    EXPECT_EQ(conf.short_names, oci::ShortNames::enforcing);
    EXPECT_EQ(read_registries_conf(directory_ / "none.conf"), oci::RegistriesConf{});
    write("registries.conf.d/40.conf", "nonsense");
    EXPECT_FAILURE(read_registries_conf(directory_ / "registries.conf"), ErrorCode::invalid_configuration,
                   "40.conf:1");
}

TEST(AuthFiles, AreWhereTheEnvironmentSays)
{
    using ::testing::ElementsAre;
    EXPECT_THAT(auth_files({"REGISTRY_AUTH_FILE=/x/auth.json", "HOME=/home/ann"}, 1),
                ElementsAre("/x/auth.json"));
    EXPECT_THAT(auth_files({"HOME=/home/ann", "XDG_RUNTIME_DIR=/run/user/1"}, 1),
                ElementsAre("/run/user/1/containers/auth.json", "/home/ann/.config/containers/auth.json",
                            "/home/ann/.docker/config.json"));
    EXPECT_THAT(auth_files({"DOCKER_CONFIG=/d"}, 0),
                ElementsAre("/run/containers/0/auth.json", "/d/config.json"));
    EXPECT_THAT(auth_files({}, 7), ElementsAre("/run/containers/7/auth.json"));
}

TEST_F(ATargetOfAnImage, HasForEachPlaceWhatIsItsOwn)
{
    write("first/m.example/ca.crt", "mirror's");
    const oci::RegistriesConf conf =
        oci::parse_registries_conf(
            "[[registry]]\nlocation = \"docker.io\"\n[[registry.mirror]]\nlocation = \"m.example/x\"\n", "")
            .value();
    oci::AuthFile near;
    near.credentials["m.example/x"] = {"ann", "1", "", ""};
    oci::AuthFile far;
    far.credentials["docker.io"] = {"bob", "2", "", ""};
    far.credentials["m.example"] = {"eve", "3", "", ""};
    const Target target = target_of(conf, oci::parse_reference("debian").value(), {near, far}, directories());
    ASSERT_EQ(target.places.size(), 2U);
    EXPECT_EQ(target.places[0].credentials.username, "ann");
    EXPECT_EQ(target.places[0].certificates.authorities, "mirror's\n");
    EXPECT_EQ(target.places[1].credentials.username, "bob");
    EXPECT_EQ(target.places[1].endpoint.host, "registry-1.docker.io");
}

TEST_F(ATargetOfAnImage, HasTheRulesPatience)
{
    const oci::RegistriesConf conf =
        oci::parse_registries_conf("[[registry]]\nlocation = \"h.example\"\nstall-timeout = 5\n", "").value();
    const auto stall = [&](const char* name) {
        return target_of(conf, oci::parse_reference(name).value(), {}, directories()).patience.stall;
    };
    EXPECT_EQ(stall("h.example/a"), std::chrono::seconds{5});
    EXPECT_EQ(stall("i.example/a"), Patience{}.stall);
}

TEST_F(ATargetOfAnImage, MayBeAWholeRegistry)
{
    write("first/h.example:5000/ca.crt", "its own");
    oci::AuthFile auth;
    auth.credentials["h.example:5000/team"] = {"ann", "1", "", ""};
    auth.credentials["docker.io"] = {"bob", "2", "", ""};
    const auto place = [&](const char* name) {
        return target_of_registry({}, name, {auth}, directories()).places.at(0);
    };
    EXPECT_EQ(place("h.example:5000/team").credentials.username, "ann");
    EXPECT_EQ(place("h.example:5000/team").endpoint.repository, "");
    EXPECT_EQ(place("h.example:5000").certificates.authorities, "its own\n");
    EXPECT_TRUE(place("h.example:5000").credentials.is_anonymous());
    EXPECT_EQ(place("https://index.docker.io/v1/").credentials.username, "bob");
    EXPECT_EQ(place("docker.io").endpoint.host, "registry-1.docker.io");
    for (const char* name : {"", "registry", "h.example:x", "H_/x y", "h.example/Team", "../.."})
        EXPECT_FAILURE(target_of_registry({}, name, {}, directories()), ErrorCode::invalid_argument,
                       "is no registry");
}

} // namespace
} // namespace slipway::registry
