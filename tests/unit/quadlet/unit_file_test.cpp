// SPDX-License-Identifier: LGPL-2.1-or-later
// Unit files: lines that go on, comments, drop-ins, and what is none.
#include "quadlet/unit_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::quadlet {
namespace {

using ::testing::ElementsAre;

struct Parsed {
    UnitFile file;
    std::vector<std::string> complaints;
};

Parsed parsed(const std::vector<std::string>& texts)
{
    Parsed result;
    std::vector<Complaint> complaints;
    int number = 0;
    for (const std::string& text : texts)
        parse_unit_file(text, "f" + std::to_string(number++), result.file, complaints);
    for (const Complaint& complaint : complaints)
        result.complaints.push_back(complaint.message());
    return result;
}

std::string value(const Parsed& result, const std::string& key)
{
    const Entry* const entry = result.file.find_last("S", key);
    return entry == nullptr ? "none" : entry->value;
}

TEST(UnitFiles, HaveSectionsAndValues)
{
    const Parsed result =
        parsed({"\xEF\xBB\xBF[S]\r\n A = b c \r\n; comment\n  # another\n\nE==x=\n[T]\nA=t\n"});
    EXPECT_THAT(result.complaints, ElementsAre());
    EXPECT_EQ(value(result, "A"), "b c");
    EXPECT_EQ(value(result, "E"), "=x=");
    EXPECT_EQ(result.file.find_last("T", "A")->value, "t");
    EXPECT_EQ(result.file.find_last("S", "A")->line, 2U);
}

TEST(UnitFiles, HaveLinesThatGoOn)
{
    EXPECT_EQ(value(parsed({"[S]\nA=a \\\n  b\\\nc\n"}), "A"), "a    b c");
    EXPECT_EQ(value(parsed({"[S]\nA=a\\\n# comment\n; comment \\\nb\nB=2\n"}), "A"), "a b");
    EXPECT_EQ(value(parsed({"[S]\nA=a\\\n# comment\n"}), "A"), "a");
    EXPECT_EQ(value(parsed({"[S]\nA=a\\\\\nB=2\n"}), "A"), "a\\\\");
    EXPECT_EQ(value(parsed({"[S]\nA=a\\"}), "A"), "a");
    // The line that counts is the first.
    EXPECT_EQ(parsed({"[S]\nA=a\\\nb\nB=2\n"}).file.find_last("S", "B")->line, 4U);
}

TEST(UnitFiles, TakeAllBackWithAnEmptyValue)
{
    const Parsed result = parsed({"[S]\nA=1\nA=2\nA=\nA=3\nA=4\nB=1\nB=\n"});
    std::vector<std::string> values;
    for (const Entry* const entry : result.file.find_all("S", "A"))
        values.push_back(entry->value);
    EXPECT_THAT(values, ElementsAre("3", "4"));
    EXPECT_EQ(value(result, "B"), "none");
    EXPECT_TRUE(result.file.has_key("S", "B"));
}

TEST(UnitFiles, HaveDropInsBehindThem)
{
    const Parsed result = parsed({"[S]\nA=1\nL=x\n[T]\n", "[S]\nA=2\nL=y\n"});
    EXPECT_EQ(value(result, "A"), "2");
    EXPECT_EQ(result.file.find_all("S", "L").size(), 2U);
    EXPECT_EQ(*result.file.find_last("S", "A")->file, "f1");
}

TEST(UnitFiles, AreComplainedOfWithFileAndLine)
{
    EXPECT_THAT(parsed({"A=1\n[S\n[]\n[S]\nword\n=x\n"}).complaints,
                ElementsAre("f0:1: A= stands in no section",
                            "f0:2: '[S' is no section: it wants the form [NAME]",
                            "f0:3: '[]' is no section: it wants the form [NAME]",
                            "f0:5: 'word' is no KEY=VALUE", "f0:6: '=x' is no KEY=VALUE"));
    EXPECT_THAT(parsed({std::string{"[S]\nA=\0\n", 8}}).complaints,
                ElementsAre("f0: has a zero byte; a unit file is text"));
}

TEST(Complaints, AreOneLine)
{
    EXPECT_EQ((Complaint{"a\nb", 3, Severity::warning, "x\ry\x1b"}.message()), "a?b:3: warning: x?y?");
}

} // namespace
} // namespace slipway::quadlet
