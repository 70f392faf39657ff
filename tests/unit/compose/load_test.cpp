// SPDX-License-Identifier: LGPL-2.1-or-later
// Which files a project is of, what it is called, what is included and extended, and which services are
// enabled.
#include "loaded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::compose {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

const char* const minimal = "services: {web: {image: i}}\n";

TEST(AProject, IsFoundHereOrAbove)
{
    EXPECT_EQ(loaded({{"/srv/My_Shop/docker-compose.yml", minimal}}).directory, "/srv/My_Shop");
    EXPECT_EQ(loaded({{"/srv/compose.yaml", minimal}, {"/srv/My_Shop/other.yaml", ""}}).directory, "/srv");
    EXPECT_EQ(
        loaded({{"/srv/My_Shop/compose.yaml", minimal}, {"/srv/My_Shop/compose.yml", "x"}}).services.size(),
        1U);
    EXPECT_FAILURE(loaded(FileTexts{}), ErrorCode::no_such_file,
                   "/srv/My_Shop: there is no compose.yaml here or in a directory above");
}

TEST(AProject, HasItsOverrideFileToo)
{
    EXPECT_EQ(loaded({{"/srv/My_Shop/compose.yaml", minimal},
                      {"/srv/My_Shop/compose.override.yaml", "services: {web: {user: u}}"}})
                  .services.at("web")
                  .user,
              "u");
}

TEST(AProject, IsOfTheFilesThatAreNamed)
{
    const FileTexts files{{"/srv/a/x.yaml", minimal},
                          {"/srv/My_Shop/y.yaml", "services: {web: {volumes: [./d:/d]}}"}};
    LoadOptions options;
    options.files = {"../a/x.yaml", "y.yaml"};
    EXPECT_EQ(loaded(files, options).services.at("web").mounts.at(0).source, "/srv/a/d");
    EXPECT_EQ(loaded(files, {}, {{"COMPOSE_FILE", "../a/x.yaml:y.yaml"}}).directory, "/srv/a");
    FileTexts with_env = files;
    with_env["/srv/My_Shop/.env"] = "COMPOSE_FILE=../a/x.yaml\nCOMPOSE_PATH_SEPARATOR=\n";
    EXPECT_EQ(loaded(with_env).directory, "/srv/a");
    options.project_directory = "..";
    EXPECT_EQ(loaded(files, options).services.at("web").mounts.at(0).source, "/srv/d");
    options.files = {"z.yaml"};
    EXPECT_FAILURE(loaded(files, options), ErrorCode::no_such_file, "z.yaml: there is no such file");
}

TEST(AProjectsName, IsGivenOrInTheFileOrTheDirectorys)
{
    const std::string named = std::string{minimal} + "name: ${N:-in-file}\n";
    EXPECT_EQ(loaded(minimal).name, "my_shop");
    EXPECT_EQ(loaded(named).name, "in-file");
    EXPECT_EQ(loaded(named, {{"N", "of-variable"}}).name, "of-variable");
    EXPECT_EQ(loaded(named, {{"COMPOSE_PROJECT_NAME", "of-environment"}}).name, "of-environment");
    LoadOptions options;
    options.project_name = "given";
    EXPECT_EQ(loaded({{"/srv/My_Shop/compose.yaml", named}}, options, {{"COMPOSE_PROJECT_NAME", "x"}}).name,
              "given");
    options.project_name = "Given!";
    EXPECT_FAILURE(loaded({{"/srv/My_Shop/compose.yaml", named}}, options), ErrorCode::invalid_name,
                   "'Given!' is no project's name");
    for (const char* bad : {"-x", "_x", "x.y", "X"})
        EXPECT_REFUSED(loaded(named, {{"N", bad}}), "is no project's name");
    EXPECT_REFUSED(loaded(named, {{"N", "A B"}}), "compose.yaml:2:7: name: 'A B' is no project's name");
    options = {};
    options.working_directory = "/srv/_ÄÖ";
    EXPECT_FAILURE(loaded({{"/srv/_ÄÖ/compose.yaml", minimal}}, options), ErrorCode::invalid_name,
                   "has no letter for a name");
}

TEST(AProjectsName, IsAVariableOfItsFiles)
{
    EXPECT_EQ(loaded("name: n\nservices: {web: {image: '${COMPOSE_PROJECT_NAME}'}}").services.at("web").image,
              "n");
}

const char* const profiles = "services:\n"
                             "  foo: {image: i}\n"
                             "  bar: {image: i, profiles: [test]}\n"
                             "  baz: {image: i, depends_on: [bar], profiles: [test]}\n"
                             "  zot: {image: i, depends_on: [bar], profiles: [debug]}\n";

std::string enabled(const LoadOptions& options, const Variables& variables = {})
{
    std::string names;
    for (const auto& [name, service] :
         loaded({{"/srv/My_Shop/compose.yaml", profiles}}, options, variables).services)
        if (service.is_enabled)
            names += name + " ";
    return names;
}

TEST(Profiles, EnableServices)
{
    LoadOptions options;
    EXPECT_EQ(enabled(options), "foo ");
    EXPECT_EQ(enabled(options, {{"COMPOSE_PROFILES", "test, debug"}}), "bar baz foo zot ");
    options.profiles = {"test"};
    EXPECT_EQ(enabled(options, {{"COMPOSE_PROFILES", "debug"}}), "bar baz foo ");
    options.profiles = {"*"};
    EXPECT_EQ(enabled(options), "bar baz foo zot ");
    options.profiles = {"debug"};
    EXPECT_REFUSED(enabled(options),
                   "compose.yaml:5:32: services.zot.depends_on[0]: the service 'bar' is not enabled: none of "
                   "its profiles is active, such as 'test'");
}

TEST(Profiles, AreActiveForServicesAskedFor)
{
    LoadOptions options;
    options.targets = {"baz"};
    EXPECT_EQ(enabled(options), "bar baz foo ");
    options.targets = {"zot"};
    EXPECT_REFUSED(enabled(options), "is not enabled");
    options.profiles = {"test"};
    EXPECT_EQ(enabled(options), "bar baz foo zot ");
    options.targets = {"nobody"};
    EXPECT_FAILURE(enabled(options), ErrorCode::invalid_argument, "there is no service 'nobody'");
}

TEST(AnExtendedService, IsUnderTheOneThatExtendsIt)
{
    const Project project =
        loaded("services:\n"
               "  cli: {extends: {service: common}, environment: {PORT: 8080}, command: c}\n"
               "  common: {extends: base, environment: [TZ=utc, PORT=80], cap_add: [A]}\n"
               "  base: {image: busybox, user: root, command: b, cap_add: [B]}\n");
    const Service& cli = project.services.at("cli");
    EXPECT_EQ(cli.image, "busybox");
    EXPECT_EQ(cli.user, "root");
    EXPECT_THAT(*cli.command, ElementsAre("c"));
    EXPECT_THAT(cli.environment, ElementsAre(Pair("PORT", "8080"), Pair("TZ", "utc")));
    EXPECT_THAT(cli.added_capabilities, ElementsAre("B", "A"));
}

TEST(AnExtendedService, MayBeOfAnotherFile)
{
    FileTexts files{{"/srv/My_Shop/compose.yaml",
                     "services: {a: {extends: {file: sub/b.yaml, service: b}, volumes: [./x:/x]}}"},
                    {"/srv/My_Shop/sub/b.yaml",
                     "services: {b: {extends: {file: ../c.yaml, service: c}, volumes: [./y:/y]}, e: 5}"},
                    {"/srv/My_Shop/c.yaml", "services: {c: {image: \"i:$TAG\", volumes: [./z:/z]}}"}};
    const Service a = loaded(files, {}, {{"TAG", "1"}}).services.at("a");
    EXPECT_EQ(a.image, "i:1");
    ASSERT_EQ(a.mounts.size(), 3U);
    EXPECT_EQ(a.mounts[0].source, "/srv/My_Shop/z");
    EXPECT_EQ(a.mounts[1].source, "/srv/My_Shop/sub/y");
    EXPECT_EQ(a.mounts[2].source, "/srv/My_Shop/x");
    files["/srv/My_Shop/c.yaml"] = "services: {c: {extends: {file: sub/b.yaml, service: b}}}";
    EXPECT_REFUSED(loaded(files), "sub/b.yaml:1:25: services.b.extends: goes round in a circle: b → c → b");
    files["/srv/My_Shop/c.yaml"] = "services: {d: {image: i}}";
    EXPECT_REFUSED(loaded(files), "sub/b.yaml:1:25: services.b.extends: there is no service 'c' in c.yaml");
    files.erase("/srv/My_Shop/c.yaml");
    EXPECT_REFUSED(loaded(files), "sub/b.yaml:1:25: extends: c.yaml: there is no such file");
}

TEST(AnExtendedService, MayBeResetInPart)
{
    const Service a = loaded("services:\n  a: {extends: b, ports: !reset [], dns: !override [1.1.1.1]}\n"
                             "  b: {image: i, ports: ['80:80'], dns: [8.8.8.8]}\n")
                          .services.at("a");
    EXPECT_TRUE(a.ports.empty());
    EXPECT_THAT(a.dns_servers, ElementsAre("1.1.1.1"));
}

TEST(AnExtendedService, HasNoTagsLeft)
{
    LoadOptions options;
    options.files = {"one.yaml", "two.yaml"};
    const Project project = loaded(
        {{"/srv/My_Shop/one.yaml", "services: {a: {image: i, ports: ['80']}}"},
         {"/srv/My_Shop/two.yaml", "services: {a: {extends: b}, b: {image: j, ports: !override ['81']}}"}},
        options);
    EXPECT_EQ(project.services.at("a").ports.size(), 2U);
}

TEST(AnExtendedService, IsNotItself)
{
    EXPECT_REFUSED(loaded("services: {a: {extends: a}}"),
                   "services.a.extends: goes round in a circle: a → a");
    std::string chain = "services:\n  s0: {image: i}\n";
    for (int i = 1; i < 50; ++i)
        chain += "  t" + std::to_string(100 - i) +
                 ": {extends: " + (i == 1 ? "s0" : "t" + std::to_string(101 - i)) + "}\n";
    EXPECT_REFUSED(loaded(chain), "too often");
}

const FileTexts included{
    {"/srv/My_Shop/compose.yaml",
     "include:\n  - ../db/compose.yaml\nservices: {web: {image: i, depends_on: [db]}}\n"},
    {"/srv/db/compose.yaml",
     "name: ignored\nservices: {db: {image: \"p:${V:-0}\", volumes: [./d:/d], networks: [back]}}\n"
     "networks: {back: }\n"},
    {"/srv/db/.env", "V=15\n"}};

TEST(AnIncludedModel, IsReadInItsOwnDirectory)
{
    const Project project = loaded(included);
    EXPECT_EQ(project.name, "my_shop");
    EXPECT_EQ(project.services.at("db").image, "p:15");
    EXPECT_EQ(project.services.at("db").mounts.at(0).source, "/srv/db/d");
    EXPECT_EQ(project.networks.at("back").name, "my_shop_back");
    EXPECT_EQ(loaded(included, {}, {{"V", "16"}}).services.at("db").image, "p:16");
}

TEST(AnIncludedModel, MayHaveADirectoryAndVariablesGiven)
{
    FileTexts files = included;
    files["/srv/My_Shop/compose.yaml"] = "include:\n  - path: [../db/compose.yaml, more.yaml]\n    "
                                         "project_directory: ..\n    env_file: [v.env]\n"
                                         "services: {web: {image: i}, db: {user: u}}\n";
    files["/srv/My_Shop/more.yaml"] = "services: {db: {labels: [a=b]}}";
    files["/srv/My_Shop/v.env"] = "V=14";
    const Service db = loaded(files).services.at("db");
    EXPECT_EQ(db.image, "p:14");
    EXPECT_EQ(db.mounts.at(0).source, "/srv/d");
    EXPECT_EQ(db.labels.at("a"), "b");
    EXPECT_EQ(db.user, "u"); // what the including file says is put over it
    files.erase("/srv/My_Shop/v.env");
    EXPECT_REFUSED(loaded(files), "compose.yaml:2:5: include[0]: there is no file '/srv/My_Shop/v.env'");
}

TEST(AnIncludedModel, IsRefusedInACircle)
{
    FileTexts files = included;
    files["/srv/db/compose.yaml"] = "include: [../My_Shop/compose.yaml]\nservices: {db: {image: i}}\n";
    EXPECT_REFUSED(loaded(files),
                   "/srv/db/compose.yaml:1:11: include[0]: compose.yaml is included by itself");
    files.erase("/srv/db/compose.yaml");
    EXPECT_REFUSED(loaded(files),
                   "compose.yaml:2:5: include[0]: /srv/db/compose.yaml: there is no such file");
    files["/srv/My_Shop/compose.yaml"] = "include: ['oci://example.com/x']\nservices: {web: {image: i}}\n";
    EXPECT_REFUSED(loaded(files), "is not on this machine");
}

TEST(AProject, IsRefusedInOneLine)
{
    EXPECT_REFUSED(loaded("services: {web: {image: \"${I:?two\\nlines\\e}\"}}"), "and not empty: two lines?");
}

TEST(AProject, ReadsSoManyFilesAndNoMore)
{
    // Each includes the next one twice.
    FileTexts files;
    for (int i = 0; i < 12; ++i) {
        const std::string next = "f" + std::to_string(i + 1) + ".yaml";
        files["/srv/My_Shop/f" + std::to_string(i) + ".yaml"] =
            "include: [" + next + ", " + next + "]\nservices: {s: {image: i}}\n";
    }
    files["/srv/My_Shop/f12.yaml"] = minimal;
    LoadOptions options;
    options.files = {"f0.yaml"};
    EXPECT_REFUSED(loaded(files, options), "more than 500 files belong to this project");
}

} // namespace
} // namespace slipway::compose
