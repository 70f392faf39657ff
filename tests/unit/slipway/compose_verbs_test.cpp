// SPDX-License-Identifier: LGPL-2.1-or-later
// What compose's verbs share: lines with names in front, trees as text, which services are meant, how images
// are built.
#include "compose/load.hpp"
#include "slipway/compose_build_wish.hpp"
#include "slipway/compose_selection.hpp"
#include "slipway/compose_text.hpp"
#include "slipway/replica_counts.hpp"
#include "slipway/service_lines.hpp"
#include "slipway/verbs.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using ::testing::ElementsAre;

using Kind = LogEntry::Kind;

compose::LoadedProject loaded(const std::string& text)
{
    compose::LoadOptions options;
    options.working_directory = "/srv/shop";
    options.files = {"/srv/shop/compose.yaml"};
    compose::Surroundings surroundings;
    surroundings.read_file = [&text](const std::string& path) -> std::optional<std::string> {
        return path == "/srv/shop/compose.yaml" ? std::optional{text} : std::nullopt;
    };
    surroundings.variable = [](const std::string&) { return std::optional<std::string>{}; };
    return compose::load_with_model(options, surroundings).value();
}

struct WrittenLines {
    std::string output;
    std::string error;
    ServiceLines lines;

    explicit WrittenLines(Prefixes prefixes)
        : lines{prefixes, [this](Kind kind, std::string_view bytes) {
                    (kind == Kind::error ? error : output) += bytes;
                }}
    {
        lines.name({{"1", "web-1"}, {"2", "database-1"}});
    }
};

TEST(ServiceLines, HaveNamesOfOneWidthInFront)
{
    WrittenLines written{Prefixes::plain};
    written.lines.write("1", Kind::output, "a\nb\n");
    written.lines.write("2", Kind::output, "c\n");
    written.lines.write("1", Kind::error, "d\n");
    EXPECT_EQ(written.output, "web-1       | a\nweb-1       | b\ndatabase-1  | c\n");
    EXPECT_EQ(written.error, "web-1       | d\n");
}

TEST(ServiceLines, AreKeptApartThoughOneHasNoEnd)
{
    WrittenLines written{Prefixes::plain};
    written.lines.write("1", Kind::output, "ha");
    written.lines.write("1", Kind::output, "lf");
    written.lines.write("2", Kind::output, "c\n");
    written.lines.write("1", Kind::output, "rest\n");
    EXPECT_EQ(written.output, "web-1       | half\ndatabase-1  | c\nweb-1       | rest\n");
}

TEST(ServiceLines, AreAsTheyCameWithoutNames)
{
    WrittenLines written{Prefixes::none};
    written.lines.write("1", Kind::output, "ha");
    written.lines.write("2", Kind::output, "c\n");
    EXPECT_EQ(written.output, "hac\n");
}

TEST(ServiceLines, HaveColours)
{
    WrittenLines written{Prefixes::coloured};
    written.lines.write("1", Kind::output, "a\n");
    EXPECT_EQ(written.output, "\x1b[31mweb-1       | \x1b[0ma\n");
}

TEST(AProjectsTree, IsReadAsTheSameTree)
{
    const std::string text = R"(
name: shop
services:
  web: {image: "a:1", command: [sh, -c, "echo $$HOME"], environment: {A: "010", B: "yes", C: '1.5', D: "", E: 'x: y', F: "a\nb", ON: "no"}}
  db: {image: b, mem_limit: 1048576, init: true, expose: ["80", 81]}
x-own: [1, 1.5, [], {}, null, [a, [b]], {c: [d]}, "null", ~, 0x10, 1e3, .5, -3]
)";
    const compose::LoadedProject first = loaded(text);
    const std::string written = yaml_text(first.model);
    const compose::LoadedProject second = loaded(written);
    EXPECT_EQ(yaml_text(second.model), written);
    EXPECT_EQ(json_text(second.model), json_text(first.model));
    EXPECT_EQ(second.project.services, first.project.services);
    EXPECT_EQ(second.project.services.at("web").environment.at("A"), "010");
    EXPECT_EQ(second.project.services.at("web").command->back(), "echo $HOME");
}

TEST(SelectedServices, AreThoseThatAreNamedAndWhatTheyDependOn)
{
    const compose::Project project = loaded(R"(
services:
  web: {image: x, depends_on: [app]}
  app: {image: x, depends_on: [db]}
  db: {image: x}
  other: {image: x}
  off: {image: x, profiles: [never]}
)")
                                         .project;
    EXPECT_THAT(selected_services(project, {"web"}, Dependencies::included), ElementsAre("app", "db", "web"));
    EXPECT_THAT(selected_services(project, {"web"}, Dependencies::left_out), ElementsAre("web"));
    EXPECT_THAT(selected_services(project, {}, Dependencies::left_out),
                ElementsAre("app", "db", "other", "web"));
    EXPECT_FAILURE(selected_services(project, {"none"}, Dependencies::included), ErrorCode::invalid_argument,
                   "none");
}

TEST(ABuild, IsTakenFromItsService)
{
    const compose::Project project = loaded(R"(
services:
  web:
    build: {context: web, dockerfile: Other, args: {A: b, C: }, target: t, labels: {l: m}, extra_hosts: ["h=10.0.0.1"], secrets: [key], no_cache: true, cache_from: [x]}
  app: {build: {context: app, dockerfile_inline: "FROM scratch"}}
secrets: {key: {file: ./key}}
)")
                                         .project;
    std::vector<std::string> remarks;
    const BuildWish web = build_wish_of(project, project.services.at("web"), {{"A=c"}, false, true}, remarks);
    EXPECT_EQ(web.context, "/srv/shop/web");
    EXPECT_EQ(web.file, "/srv/shop/web/Other");
    EXPECT_THAT(web.arguments, ElementsAre("A=b", "C", "A=c"));
    EXPECT_THAT(web.labels, ElementsAre("l=m"));
    EXPECT_THAT(web.hosts, ElementsAre("h=10.0.0.1"));
    EXPECT_THAT(web.secrets, ElementsAre("id=key,src=/srv/shop/key"));
    EXPECT_TRUE(web.has_no_cache);
    EXPECT_TRUE(web.pulls);
    EXPECT_THAT(remarks, ElementsAre("services.web.build.cache_from: is not acted on"));
    const ToolCall call = buildah_build("/usr/bin/buildah", web, "/id");
    EXPECT_THAT(call.words, ::testing::IsSupersetOf({"--secret", "--pull", "h:10.0.0.1"}));
    EXPECT_EQ(build_wish_of(project, project.services.at("app"), {}, remarks).file_text, "FROM scratch");
}

TEST(AReplicaCount, IsAMemberAndANumber)
{
    EXPECT_EQ(parse_replica_count("web=3").replicas, 3U);
    for (const char* text : {"web", "web=", "=3", "web=-1", "web=3x"})
        EXPECT_THROW(parse_replica_count(text), UsageError) << text;
}

TEST(TheCommandLine, KnowsFilesBeforeTheVerbByTheirLongNames)
{
    EXPECT_THAT(read_invocation({"compose", "-f", "a", "-p", "b", "logs", "-f"}).arguments,
                ElementsAre("--file", "a", "--project-name", "b", "-f"));
}

} // namespace
} // namespace slipway::cli
