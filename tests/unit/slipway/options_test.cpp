// SPDX-License-Identifier: LGPL-2.1-or-later
// Options and operands of a verb, and where the payload's own begin.
#include "arguments/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using Words = std::vector<std::string>;

// A verb with an option of each kind.
struct OneVerb {
    bool detach = false;
    bool interactive = false;
    std::string user = "nobody";
    std::optional<std::string> name;
    std::optional<std::chrono::microseconds> time;
    std::optional<std::size_t> lines = 7;
    Words env;
    bool is_json = false;
    std::string image;
    Words rest;

    // LAST: what takes the operands.
    enum class Last { none, one, several, command };
    void parse(const Arguments& arguments, Last last = Last::none)
    {
        Options options{"verb [OPTIONS] IMAGE", "Does something"};
        options.flag("-d,--detach", detach, "Leave it alone");
        options.flag("-i,--interactive", interactive, "Talk to it");
        options.text("-u,--user", user, "USER", "Who");
        options.text("--name", name, "NAME", "What it is called");
        options.seconds("-t,--time", time, "How long");
        options.count("-n,--tail", lines, "LINES", "How many");
        options.list("-e,--env", env, "KEY=VALUE", "The environment");
        options.format(is_json);
        if (last == Last::one)
            options.operand("IMAGE", image, "The image");
        if (last == Last::several)
            options.operands("NAME", rest, "Containers");
        if (last == Last::command)
            options.command("IMAGE", rest);
        options.parse(arguments);
    }
    std::string complaint(const Arguments& arguments, Last last = Last::none)
    {
        try {
            parse(arguments, last);
        } catch (const UsageError& error) {
            return error.what();
        }
        return "no complaint";
    }
};

TEST(Options, NotGivenLeaveTheirTargetsAlone)
{
    OneVerb verb;
    verb.parse({});
    EXPECT_FALSE(verb.detach);
    EXPECT_EQ(verb.user, "nobody");
    EXPECT_FALSE(verb.name);
    EXPECT_FALSE(verb.time);
    EXPECT_EQ(verb.lines, 7U);
    EXPECT_FALSE(verb.is_json);
}

TEST(Options, HaveShortAndLongSpellings)
{
    OneVerb verb;
    verb.parse({"-di", "-uweb", "--name=a", "--env", "A=1", "-e", "B=2", "--env=C=3", "--format", "json"});
    EXPECT_TRUE(verb.detach);
    EXPECT_TRUE(verb.interactive);
    EXPECT_EQ(verb.user, "web");
    EXPECT_EQ(verb.name, "a");
    EXPECT_EQ(verb.env, (Words{"A=1", "B=2", "C=3"}));
    EXPECT_TRUE(verb.is_json);
}

TEST(Options, GivenTwiceCountAsGivenLast)
{
    OneVerb verb;
    verb.parse({"-u", "a", "--user", "b", "--name", "c", "--name", "d", "--format=json", "--format=table"});
    EXPECT_EQ(verb.user, "b");
    EXPECT_EQ(verb.name, "d");
    EXPECT_FALSE(verb.is_json);
}

TEST(Options, TakeValuesAsTheyCome)
{
    for (const std::string value : {"", "[a,b]", "{}", "\"q\"", "a,b", "a b", "%%", "=", "'x'"}) {
        OneVerb verb;
        verb.parse({"--name", value, "-e", value});
        EXPECT_EQ(verb.name, value);
        EXPECT_EQ(verb.env, Words{value});
    }
}

TEST(Options, MayBeGivenAnEmptyValueByAnEqualsSign)
{
    OneVerb verb;
    verb.name = "before";
    verb.parse({"--name=", "image"}, OneVerb::Last::one);
    EXPECT_EQ(verb.name, "");
    EXPECT_EQ(verb.image, "image");
    verb.parse({"--user=", "image", "--user="}, OneVerb::Last::command);
    EXPECT_EQ(verb.user, "");
    EXPECT_EQ(verb.rest, (Words{"image", "--user="}));
    verb.parse({"-e", "--name=", "--", "--name="}, OneVerb::Last::several);
    EXPECT_EQ(verb.env, Words{"--name="});
    EXPECT_EQ(verb.rest, Words{"--name="});
}

TEST(Options, TakeSecondsWithAFraction)
{
    OneVerb verb;
    verb.parse({"-t", "1.5"});
    EXPECT_EQ(verb.time, 1500ms);
    verb.parse({"--time=0"});
    EXPECT_EQ(verb.time, 0s);
}

TEST(Options, RefuseSecondsThatAreNone)
{
    for (const char* value : {"-1", "1s", "", "inf", "nan", "1e10", "0x10"})
        EXPECT_THAT(OneVerb{}.complaint({std::string{"--time="} + value}),
                    HasSubstr("takes a number of seconds"))
            << value;
}

TEST(Options, TakeACountOrAll)
{
    OneVerb verb;
    verb.parse({"-n", "20"});
    EXPECT_EQ(verb.lines, 20U);
    verb.parse({"-n", "all"});
    EXPECT_FALSE(verb.lines);
    for (const char* value : {"-1", "x", "1x", "", "99999999999999999999"})
        EXPECT_THAT(OneVerb{}.complaint({std::string{"--tail="} + value}),
                    HasSubstr("takes a number or 'all'"))
            << value;
}

TEST(Options, RefuseAFormatThatIsNeither)
{
    EXPECT_THAT(OneVerb{}.complaint({"--format", "yaml"}), HasSubstr("'table' or 'json', not 'yaml'"));
}

TEST(Options, ThatAreUnknownAreNamedInOneLine)
{
    const std::string complaint = OneVerb{}.complaint({"--nonsense"});
    EXPECT_THAT(complaint, HasSubstr("--nonsense"));
    EXPECT_THAT(complaint, Not(HasSubstr("\n")));
    EXPECT_THAT(OneVerb{}.complaint({"-x"}), HasSubstr("-x"));
}

TEST(Options, WithoutTheirValueAreRefused)
{
    EXPECT_THAT(OneVerb{}.complaint({"--name"}), HasSubstr("--name"));
    EXPECT_THAT(OneVerb{}.complaint({"-u"}, OneVerb::Last::command), HasSubstr("--user"));
}

TEST(Options, TellHowTheVerbIsUsed)
{
    try {
        OneVerb{}.parse({"--help"});
        FAIL() << "no help";
    } catch (const HelpWanted& help) {
        EXPECT_THAT(help.text(), HasSubstr("Usage: slipway verb [OPTIONS] IMAGE\n"));
        EXPECT_THAT(help.text(), HasSubstr("Does something"));
        EXPECT_THAT(help.text(), HasSubstr("-e,--env KEY=VALUE"));
        EXPECT_THAT(help.text(), HasSubstr("The environment"));
    }
}

TEST(Operands, MustBeThere)
{
    EXPECT_THAT(OneVerb{}.complaint({}, OneVerb::Last::one), HasSubstr("IMAGE is required"));
    EXPECT_THAT(OneVerb{}.complaint({}, OneVerb::Last::several), HasSubstr("NAME is required"));
    EXPECT_THAT(OneVerb{}.complaint({"-d"}, OneVerb::Last::command), HasSubstr("IMAGE is required"));
}

TEST(Operands, MayStandBetweenOptions)
{
    OneVerb verb;
    verb.parse({"a", "-d", "b", "--name", "c", "--", "-x"}, OneVerb::Last::several);
    EXPECT_EQ(verb.rest, (Words{"a", "b", "-x"}));
    EXPECT_TRUE(verb.detach);
    EXPECT_EQ(verb.name, "c");
}

TEST(Operands, BeyondTheOneAreRefused)
{
    OneVerb verb;
    verb.parse({"a"}, OneVerb::Last::one);
    EXPECT_EQ(verb.image, "a");
    EXPECT_NE(OneVerb{}.complaint({"a", "b"}, OneVerb::Last::one), "no complaint");
    EXPECT_THAT(OneVerb{}.complaint({"a"}), HasSubstr("a"));
}

TEST(ACommandLine, BelongsToThePayloadFromTheFirstOperandOn)
{
    OneVerb verb;
    verb.parse({"-di", "-e", "A=1", "-u", "web", "image", "sh", "-d", "--help", "--", "-e"},
               OneVerb::Last::command);
    EXPECT_EQ(verb.rest, (Words{"image", "sh", "-d", "--help", "--", "-e"}));
    EXPECT_EQ(verb.env, Words{"A=1"});
    EXPECT_EQ(verb.user, "web");
    EXPECT_TRUE(verb.detach);
}

TEST(ACommandLine, BeginsBehindTwoDashes)
{
    OneVerb verb;
    verb.parse({"-d", "--", "-i", "x"}, OneVerb::Last::command);
    EXPECT_EQ(verb.rest, (Words{"-i", "x"}));
    EXPECT_FALSE(verb.interactive);
}

TEST(ACommandLine, MayBeginWithAnEmptyWordOrADash)
{
    OneVerb verb;
    verb.parse({"-d", "", "-i"}, OneVerb::Last::command);
    EXPECT_EQ(verb.rest, (Words{"", "-i"}));
    verb.parse({"-", "-i"}, OneVerb::Last::command);
    EXPECT_EQ(verb.rest, (Words{"-", "-i"}));
}

TEST(ACommandLine, TellsAnOptionsValueFromTheFirstOperand)
{
    const struct {
        Arguments arguments;
        Words options;
    } cases[] = {
        {{"-e", "A=1", "image"}, {"-e", "A=1"}},       {{"-eA=1", "image"}, {"-eA=1"}},
        {{"-de", "A=1", "image"}, {"-de", "A=1"}},     {{"--env=A=1", "image"}, {"--env=A=1"}},
        {{"--env", "A=1", "image"}, {"--env", "A=1"}}, {{"--unknown", "image"}, {"--unknown"}},
        {{"-e", "--", "image"}, {"-e", "--"}},
    };
    for (const auto& [arguments, options] : cases) {
        const SplitArguments split = split_at_operand(arguments, {"-e", "--env"});
        EXPECT_EQ(split.options, options);
        EXPECT_EQ(split.operands, Words{"image"});
    }
}

} // namespace
} // namespace slipway::cli
