// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of variables, and where services get their variables and labels from.
#include "compose/env_file.hpp"
#include "loaded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::compose {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

Variables variables_of(const std::string& text, EnvFormat format = EnvFormat::compose)
{
    Variables variables;
    const auto lookup = [](const std::string& name) {
        return name == "HOME" ? std::optional<std::string>{"/home/me"} : std::nullopt;
    };
    read_env_file(text, "a.env", format, lookup, variables);
    return variables;
}

TEST(AnEnvFile, HasOneVariableALine)
{
    EXPECT_THAT(
        variables_of("A=1\r\n\n  # no\nexport B = two words \nC=\nD: yaml\nE=x=y\nHOME\nUNSET\nF=last"),
        UnorderedElementsAre(Pair("A", "1"), Pair("B", "two words"), Pair("C", ""), Pair("D", "yaml"),
                             Pair("E", "x=y"), Pair("HOME", "/home/me"), Pair("F", "last")));
    EXPECT_THAT(variables_of("\xef\xbb\xbf"
                             "A=1\nA=2"),
                ElementsAre(Pair("A", "2")));
}

TEST(AnEnvFile, HasCommentsBehindBlanks)
{
    EXPECT_THAT(variables_of("A=v # c\nB=v# no\nC=\"v # no\" # c\nD='v # no'# c\nE= # c\n"),
                ElementsAre(Pair("A", "v"), Pair("B", "v# no"), Pair("C", "v # no"), Pair("D", "v # no"),
                            Pair("E", "")));
}

TEST(AnEnvFile, HasQuotes)
{
    EXPECT_THAT(variables_of(R"(A='Let\'s $HOME \n'
B="{\"a\": \"b\"}\t\\n\x"
C="two
lines" # c
D=some\tvalue
E="\$HOME $$HOME"
)"),
                ElementsAre(Pair("A", "Let's $HOME \\n"), Pair("B", "{\"a\": \"b\"}\t\\n\\x"),
                            Pair("C", "two\nlines"), Pair("D", "some\\tvalue"), Pair("E", "$HOME $HOME")));
}

TEST(AnEnvFile, IsInterpolatedFromTheEnvironmentAndItself)
{
    EXPECT_THAT(variables_of("A=$HOME/x\nB=\"${A}/y\"\nHOME=/else\nC=$HOME"),
                ElementsAre(Pair("A", "/home/me/x"), Pair("B", "/home/me/x/y"), Pair("C", "/home/me"),
                            Pair("HOME", "/else")));
    EXPECT_THAT(variables_of("A=\"$HOME\" # c\r\nB='x'\n", EnvFormat::raw),
                ElementsAre(Pair("A", "\"$HOME\" # c"), Pair("B", "'x'")));
}

TEST(AnEnvFile, IsRefusedWithItsLine)
{
    EXPECT_REFUSED(variables_of("A=1\nB=\"x\ny"), "a.env:2: the quote \" is not closed");
    EXPECT_REFUSED(variables_of("=1"), "a.env:1: no name before '='");
    EXPECT_REFUSED(variables_of("\nA B=1"), "a.env:2: 'A B' is no variable's name");
    EXPECT_REFUSED(variables_of("A='x' y"), "a.env:1: 'y' stands behind the closing quote");
    EXPECT_REFUSED(variables_of("A=${B:?b is needed}"),
                   "a.env:1: the variable B must be set and not empty: b is needed");
    std::string doubling = "A=xxxxxxxxxxxxxxxx\n";
    for (int i = 0; i < 20; ++i)
        doubling += "A=$A$A\n";
    EXPECT_REFUSED(variables_of(doubling), "by its variables");
}

const FileTexts service_files{
    {"/srv/My_Shop/compose.yaml",
     "services:\n"
     "  web:\n"
     "    image: \"i:$TAG\"\n"
     "    env_file: [a.env, {path: /etc/b.env}, {path: none.env, required: false}]\n"
     "    environment: {B: environment, C: , UNSET: , E: $TAG}\n"
     "    label_file: l.env\n"
     "    labels: {m: own}\n"},
    {"/srv/My_Shop/.env", "TAG=from-file\nONLY=x\n"},
    {"/srv/My_Shop/a.env", "A=a\nB=a\nC=a\nD=a\n"},
    {"/etc/b.env", "D=b $TAG\n"},
    {"/srv/My_Shop/l.env", "l=file\nm=file\n"}};

TEST(AServicesVariables, AreOfItsFilesAndThenItsOwn)
{
    const Service service = loaded(service_files, {}, {{"C", "shell"}}).services.at("web");
    EXPECT_EQ(service.image, "i:from-file");
    EXPECT_THAT(service.environment,
                UnorderedElementsAre(Pair("A", "a"), Pair("B", "environment"), Pair("C", "shell"),
                                     Pair("D", "b from-file"), Pair("E", "from-file"),
                                     Pair("UNSET", std::nullopt)));
    EXPECT_THAT(service.labels, ElementsAre(Pair("l", "file"), Pair("m", "own")));
}

TEST(TheEnvironment, WinsOverTheDotEnvFile)
{
    EXPECT_EQ(loaded(service_files, {}, {{"TAG", "shell"}}).services.at("web").image, "i:shell");
    LoadOptions options;
    options.env_files = {"other.env", "last.env"};
    FileTexts files = service_files;
    files["/srv/My_Shop/other.env"] = "TAG=1";
    EXPECT_FAILURE(loaded(files, options), ErrorCode::no_such_file, "last.env: there is no such file");
    files["/srv/My_Shop/last.env"] = "TAG=${TAG}2";
    EXPECT_EQ(loaded(files, options).services.at("web").image, "i:12");
}

TEST(AServicesVariables, NeedTheirFile)
{
    FileTexts files = service_files;
    files.erase("/etc/b.env");
    EXPECT_REFUSED(loaded(files),
                   "compose.yaml:4:23: services.web.env_file[1]: there is no file '/etc/b.env'");
    files["/srv/My_Shop/compose.yaml"] += "    profiles: [off]\n";
    EXPECT_FALSE(loaded(files).services.at("web").is_enabled);
}

} // namespace
} // namespace slipway::compose
