// SPDX-License-Identifier: LGPL-2.1-or-later
// YAML: places, merge keys, tags, and what is refused.
#include "compose/place.hpp"
#include "compose/yaml_reader.hpp"
#include "loaded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::compose {
namespace {

Source test_source{"f.yaml", "/", nullptr};

YamlNode node_of(const std::string& text)
{
    return read_yaml(text, test_source).at(0);
}

// In one line: "{a: [b, ~]}".
std::string text_of(const YamlNode& node)
{
    std::string text;
    if (node.is_null())
        return "~";
    if (node.is_text())
        return node.text;
    for (const YamlNode& entry : node.list)
        text += (text.empty() ? "" : ", ") + text_of(entry);
    for (const auto& [name, member] : node.mapping)
        text += (text.empty() ? "" : ", ") + name + ": " + text_of(member);
    return node.is_list() ? "[" + text + "]" : "{" + text + "}";
}

TEST(AYamlNode, KnowsItsPlace)
{
    const YamlNode node = node_of("a:\n  b: c\n  d: [e, f]\n");
    const YamlNode& a = node.mapping.at("a");
    EXPECT_EQ(compose::text_of(a.name_mark), "f.yaml:1:1");
    EXPECT_EQ(compose::text_of(a.mapping.at("b").name_mark), "f.yaml:2:3");
    EXPECT_EQ(compose::text_of(a.mapping.at("b").mark), "f.yaml:2:6");
    EXPECT_EQ(compose::text_of(a.mapping.at("d").list.at(1).mark), "f.yaml:3:10");
}

TEST(AYamlNode, IsTextAsItIsWrittenOrNull)
{
    EXPECT_EQ(text_of(node_of("[1.10, 0644, yes, ~, null, '~', !!str 5, 1e3]")),
              "[1.10, 0644, yes, ~, ~, ~, 5, 1e3]");
    EXPECT_TRUE(node_of("['~']").list[0].is_text());
    EXPECT_TRUE(node_of("[a, 'b']").list[0].is_plain);
    EXPECT_FALSE(node_of("[a, 'b']").list[1].is_plain);
}

TEST(AMergeKey, PutsAMappingUnderAnother)
{
    EXPECT_EQ(text_of(node_of("x: &x {a: 1, b: 1}\ny: {<<: *x, b: 2, c: 2}\n").mapping.at("y")),
              "{a: 1, b: 2, c: 2}");
    EXPECT_EQ(text_of(node_of("y: {b: 2, <<: {a: 1, b: 1}}").mapping.at("y")), "{a: 1, b: 2}");
    EXPECT_EQ(text_of(node_of("p: &p {a: 1}\nq: &q {a: 2, b: 2}\ny: {<<: [*p, *q]}").mapping.at("y")),
              "{a: 1, b: 2}");
    EXPECT_EQ(text_of(node_of("{'<<': a}")), "{<<: a}");
    EXPECT_EQ(text_of(node_of("p: &p {a: 1}\nq: &q {<<: *p, b: 1}\ny: {<<: *q, <<: {c: 1}}").mapping.at("y")),
              "{a: 1, b: 1, c: 1}");
    EXPECT_REFUSED(node_of("a: {<<: b}"), "f.yaml:1:9: what '<<' merges must be a mapping or a list of them");
    EXPECT_REFUSED(node_of("a: {<<: [b]}"), "f.yaml:1:10: what '<<' merges must be a mapping");
}

TEST(Tags, SayHowAValueIsMerged)
{
    const YamlNode node = node_of("a: !reset null\nb: !override [c]\nd: !reset {e: f}\ng: !override h");
    EXPECT_EQ(node.mapping.at("a").merging, YamlNode::Merging::removed);
    EXPECT_EQ(node.mapping.at("b").merging, YamlNode::Merging::replaced);
    EXPECT_EQ(node.mapping.at("d").merging, YamlNode::Merging::removed);
    EXPECT_EQ(node.mapping.at("g").merging, YamlNode::Merging::replaced);
    EXPECT_REFUSED(node_of("a: !ruby x"), "f.yaml:1:4: the tag '!ruby' is not known");
}

TEST(Documents, AreSeveral)
{
    EXPECT_EQ(read_yaml("a: 1\n---\nb: 2\n---\n", test_source).size(), 2U);
    EXPECT_TRUE(read_yaml("# nothing\n", test_source).empty());
    std::string many;
    for (int i = 0; i < 70; ++i)
        many += "---\na: 1\n";
    EXPECT_REFUSED(read_yaml(many, test_source), "has more than 64 documents");
}

TEST(AYamlFile, IsRefusedWithItsPlace)
{
    EXPECT_REFUSED(node_of("a: [b\nc: d"), "f.yaml:2:2: this is no YAML: ");
    EXPECT_REFUSED(node_of("a: 1\na: 2"), "f.yaml:2:1: 'a' is there twice");
    EXPECT_REFUSED(node_of("{a: 1, ? [b] : c}"), "a name must be text");
    EXPECT_REFUSED(node_of("a: *b"), "f.yaml:1:4");
    EXPECT_REFUSED(node_of(std::string(100, '[') + std::string(100, ']')), "nested too deeply");
    EXPECT_REFUSED(node_of(std::string(1'048'577, ' ')), "larger than a mebibyte");
}

TEST(AYamlFile, HasALimitOnWhatItsAliasesMakeOfIt)
{
    std::string text = "a0: &a0 [xxxxxxxxxx]\n";
    for (int i = 1; i < 10; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int repeat = 1; repeat < 10; ++repeat)
            text.append(", ").append(before);
        text += "]\n";
    }
    EXPECT_REFUSED(node_of(text), "too large once its aliases are written out");
    // By merge keys alone.
    std::string merging = "a0: &a0 {x: y}\n";
    for (int i = 1; i < 40; ++i) {
        const std::string n = std::to_string(i);
        const std::string before = "*a" + std::to_string(i - 1);
        merging += "a" + n + ": &a" + n + " {<<: " + before + ", p" + n + ": " + before + "}\n";
    }
    EXPECT_REFUSED(node_of(merging), "f.yaml:");
}

} // namespace
} // namespace slipway::compose
