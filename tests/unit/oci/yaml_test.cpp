// SPDX-License-Identifier: LGPL-2.1-or-later
// YAML as JSON: what plain words mean, and what is refused.
#include "oci/yaml.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

std::string json_of(std::string_view yaml)
{
    return json_text(parse_yaml(yaml, {"n"}).value());
}

TEST(Yaml, IsTheSameAsTheJsonItStandsFor)
{
    EXPECT_EQ(json_of("a: [x, 'y', {b: \"z\"}]\nc:\n  - d\n"), R"({"a":["x","y",{"b":"z"}],"c":["d"]})");
    EXPECT_EQ(json_of(R"({"a": ["x", {"n": 1}]})"), R"({"a":["x",{"n":1}]})");
    EXPECT_EQ(json_of("---\na: |\n  one\n  two\n...\n"), R"({"a":"one\ntwo\n"})");
}

TEST(Yaml, HasNumbersAndTruthsInTypedMembersAlone)
{
    EXPECT_EQ(json_of("name: 0\nn: 0\n"), R"({"n":0,"name":"0"})");
    EXPECT_EQ(json_of("n: [0660, 0x1F, 0o17, 0b11, -5, +7, 1_000, true, False]"),
              R"({"n":[432,31,15,3,-5,7,1000,true,false]})");
    EXPECT_EQ(json_of("n: [\"1\", !!str 1, 1.5, 08, x, 99999999999999999999]"),
              R"({"n":["1","1","1.5","08","x","99999999999999999999"]})");
    EXPECT_EQ(json_of("a: [no, true, 1.0, 0660]"), R"({"a":["no","true","1.0","0660"]})");
    EXPECT_EQ(json_of("n: {b: 1}"), R"({"n":{"b":"1"}})");
}

TEST(Yaml, HasNullEverywhere)
{
    EXPECT_EQ(json_of("a: ~\nb:\nc: null\nd: 'null'\n"), R"({"a":null,"b":null,"c":null,"d":"null"})");
}

TEST(Yaml, WritesAliasesOut)
{
    EXPECT_EQ(json_of("a: &x [1]\nb: *x\nc: &y {d: &z e}\nf: [*y, *z]\n"),
              R"({"a":["1"],"b":["1"],"c":{"d":"e"},"f":[{"d":"e"},"e"]})");
    EXPECT_EQ(json_of("&x a: b\nc: {*x : d}\n"), R"({"a":"b","c":{"a":"d"}})");
}

TEST(Yaml, RefusesWhatGrowsByItsAliases)
{
    std::string text = "- &a0 [xxxxxxxxxx]\n";
    for (int i = 1; i < 10; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        text += "- &a" + std::to_string(i) + " [" + before;
        for (int repeat = 1; repeat < 10; ++repeat)
            text.append(", ").append(before);
        text += "]\n";
    }
    EXPECT_FAILURE(parse_yaml(text, {}).value(), ErrorCode::invalid_argument, "too large");
}

TEST(Yaml, RefusesWhatIsNestedTooDeeply)
{
    EXPECT_FAILURE(parse_yaml(std::string(65, '[') + std::string(65, ']'), {}).value(),
                   ErrorCode::invalid_argument, "nested too deeply");
    EXPECT_TRUE(parse_yaml(std::string(64, '[') + std::string(64, ']'), {}));
    EXPECT_FAILURE(parse_yaml(std::string(100'000, '['), {}).value(), ErrorCode::invalid_argument, "line 1");
    std::string text = "- &a0 [x]\n";
    for (int i = 1; i < 70; ++i)
        text += "- &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
    EXPECT_FAILURE(parse_yaml(text, {}).value(), ErrorCode::invalid_argument, "nested too deeply");
}

TEST(Yaml, RefusesWhatJsonHasNot)
{
    for (const auto& [text, words] :
         {std::pair{"", "no document"}, std::pair{"a: 1\n---\nb: 2\n", "more than one document"},
          std::pair{"a: 1\na: 2\n", "line 2, column 1: 'a' is there twice"},
          std::pair{"? [a]\n: b\n", "a name must be text"},
          std::pair{"a: &x [b]\n*x : c\n", "a name must be text"},
          std::pair{"&x a: b\n*x : c\n", "'a' is there twice"},
          std::pair{"a: !vendor b", "the tag '!vendor' is not known"},
          std::pair{"a: !!binary aGk=", "is not known"}, std::pair{"a: &x [*x]", "a part of"},
          std::pair{"a: *x", "line 1"}, std::pair{"a: [", "line"}, std::pair{"a: b: c", "line 1"},
          std::pair{"a: \"b", "line"}})
        EXPECT_FAILURE(parse_yaml(text, {}).value(), ErrorCode::invalid_argument, words);
}

} // namespace
} // namespace slipway::oci
