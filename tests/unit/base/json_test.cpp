// SPDX-License-Identifier: LGPL-2.1-or-later
// JSON: what is read, what is refused, and how it is written.
#include "base/json.hpp"
#include "support/print_json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace slipway {
namespace {

std::string error_of(const auto& deed)
{
    try {
        static_cast<void>(deed());
    } catch (const Json::Error& error) {
        return error.what();
    }
    return "";
}

TEST(JsonText, OfEveryKindIsReadAndWritten)
{
    const std::string text =
        R"({"a":[],"b":{},"c":[null,true,false,-1,18446744073709551615,1.5,"é"],"d":{"e":"\"\\\n\u0001"}})";
    EXPECT_EQ(json_text(parse_json(text)), text);
}

TEST(JsonText, IsIndentedWhereThatIsWished)
{
    EXPECT_EQ(json_text(Json{{"a", Json::array({1, "x"})}, {"b", Json::object()}}, StrayBytes::refused, 2),
              "{\n  \"a\": [\n    1,\n    \"x\"\n  ],\n  \"b\": {}\n}");
}

TEST(JsonText, OfANumberIsTheShortestThatReadsTheSame)
{
    EXPECT_EQ(json_text(Json::array({1.0, 0.1, -2.5e300, std::nan("")})), "[1.0,0.1,-2.5e+300,null]");
}

TEST(JsonText, OfBytesThatAreNoUtf8IsRefusedOrReplaced)
{
    const std::string replacement = "\xEF\xBF\xBD";
    struct Row {
        std::string bytes;
        std::string replaced;
    };
    // Unicode 15, tables 3-8 and 3-9: one replacement for as much as could have begun a character.
    for (const Row& row : {
             Row{"\xFF", replacement},
             Row{"\x80", replacement},
             Row{"\xC0\xAF", replacement + replacement},
             Row{"\xE0\x80\x80", replacement + replacement + replacement},
             Row{"\xED\xA0\x80", replacement + replacement + replacement},
             Row{"\xF4\x91\x92\x93", replacement + replacement + replacement + replacement},
             Row{"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF"
                 "A",
                 replacement + replacement + replacement + replacement + "A"},
             Row{"a\xE2\x82", "a" + replacement},
         })
    {
        EXPECT_EQ(json_text(Json(row.bytes), StrayBytes::replaced), "\"" + row.replaced + "\"");
        EXPECT_EQ(error_of([&] { return json_text(Json(row.bytes)); }), "must be UTF-8");
    }
    const std::string edges =
        "\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF";
    EXPECT_EQ(json_text(Json(edges)), "\"" + edges + "\"");
}

TEST(ParseJson, DiscardsWhatIsNoJson)
{
    for (const char* text : {"", "{", "[1,]", "{\"a\"}", "nul", "01", "\"\xFF\"", "1 2", "{'a':1}", "[1]]"}) {
        EXPECT_TRUE(parse_json(text).is_discarded()) << text;
        EXPECT_FALSE(parse_json(text).is_null()) << text;
        EXPECT_EQ(error_of([&] { return parse_json(text).at("a"); }), "must be an object") << text;
    }
}

TEST(ParseJson, HasALimitOfDepth)
{
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_EQ(json_text(parse_json(nested(200))), nested(200));
    EXPECT_TRUE(parse_json(nested(201)).is_discarded());
    EXPECT_TRUE(parse_json(std::string(1'000'000, '[')).is_discarded());
}

TEST(ParseJson, SortsMembersOrKeepsTheirOrder)
{
    const std::string text = R"({"b":1,"a":2,"b":3})";
    EXPECT_EQ(json_text(parse_json(text)), R"({"a":2,"b":3})");
    EXPECT_EQ(json_text(parse_json(text, MemberOrder::as_written)), text);
}

TEST(AJsonValue, IsGivenOnlyAsWhatItIs)
{
    const Json json =
        parse_json(R"({"big":18446744073709551615,"half":1.5,"low":-129,"text":"7","yes":true})");
    EXPECT_EQ(json.at("big").get<std::uint64_t>(), UINT64_MAX);
    EXPECT_EQ(json.at("low").get<std::int16_t>(), -129);
    EXPECT_EQ(json.at("text").text(), "7");
    EXPECT_TRUE(json.at("yes").get<bool>());
    EXPECT_EQ(error_of([&] { return json.at("big").get<std::int64_t>(); }), "is out of range");
    EXPECT_EQ(error_of([&] { return json.at("low").get<std::int8_t>(); }), "is out of range");
    EXPECT_EQ(error_of([&] { return json.at("low").get<std::uint64_t>(); }), "is out of range");
    EXPECT_EQ(error_of([&] { return json.at("half").get<int>(); }), "must be a whole number");
    EXPECT_EQ(error_of([&] { return json.at("yes").get<int>(); }), "must be a whole number");
    EXPECT_EQ(error_of([&] { return json.at("text").get<int>(); }), "must be a whole number");
    EXPECT_EQ(error_of([&] { return json.at("big").get<bool>(); }), "must be true or false");
    EXPECT_EQ(error_of([&] { return json.at("big").get<std::string>(); }), "must be a string");
    EXPECT_EQ(error_of([&] { return json.at("big").get<std::vector<int>>(); }), "must be an array");
    EXPECT_EQ(error_of([&] { return json.at("big").get<std::map<std::string, int>>(); }),
              "must be an object");
    EXPECT_EQ(error_of([&] { return json.at("none"); }), "'none' is missing");
    EXPECT_EQ(error_of([&] { return Json::array({1}).at(1); }), "entry 1 is missing");
}

TEST(AJsonValue, IsWhatItWasMadeFrom)
{
    const Json json{{"list", std::vector<std::string>{"x"}},
                    {"map", std::map<std::string, int>{{"y", 1}}},
                    {"set", std::set<std::string>{"z"}},
                    {"inner", {{"deep", {{"deeper", nullptr}}}}}};
    EXPECT_EQ(json_text(json),
              R"({"inner":{"deep":{"deeper":null}},"list":["x"],"map":{"y":1},"set":["z"]})");
    EXPECT_EQ(json.at("list").get<std::vector<std::string>>(), std::vector<std::string>{"x"});
    EXPECT_EQ((json.at("map").get<std::map<std::string, int>>()), (std::map<std::string, int>{{"y", 1}}));
    EXPECT_EQ(json, parse_json(json_text(json)));
    EXPECT_EQ(Json(5), Json(std::uint8_t{5}));
}

TEST(AJsonObject, HasEachMemberOnceWhereverItIsWritten)
{
    for (const MemberOrder order : {MemberOrder::sorted, MemberOrder::as_written}) {
        Json object = Json::object(order);
        for (const char* name : {"m", "a", "z", "m"})
            object[name] = name;
        EXPECT_EQ(object.size(), 3U);
        for (const char* name : {"m", "a", "z"})
            EXPECT_EQ(object.at(name), name);
        EXPECT_EQ(object.find("b"), nullptr);
    }
}

TEST(Null, BecomesAnArrayOrAnObjectWhenSomethingIsPutIn)
{
    Json json;
    json["list"].push_back(1);
    EXPECT_EQ(json_text(json), R"({"list":[1]})");
    EXPECT_EQ(error_of([] { return Json{}.get<std::vector<int>>(); }), "must be an array");
}

TEST(AJsonObject, HasADefaultForWhatIsMissingOnly)
{
    const Json object{{"here", 1}};
    EXPECT_EQ(object.value("here", 2), 1);
    EXPECT_EQ(object.value("absent", 2), 2);
    EXPECT_EQ(object.value("absent", "text"), "text");
    EXPECT_EQ(error_of([&] { return object.value("here", "text"); }), "must be a string");
    EXPECT_EQ(error_of([&] { return Json(1).value("here", 2); }), "must be an object");
}

} // namespace
} // namespace slipway
