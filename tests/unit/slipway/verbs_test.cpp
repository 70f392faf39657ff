// SPDX-License-Identifier: LGPL-2.1-or-later
// The command line as far as its verb.
#include "slipway/record_data.hpp"
#include "slipway/verbs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using ::testing::HasSubstr;

std::string complaint(const Arguments& words)
{
    try {
        read_invocation(words);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "no complaint";
}

std::string help(const Arguments& words)
{
    try {
        read_invocation(words);
    } catch (const HelpWanted& wanted) {
        return wanted.text();
    }
    return "no help";
}

TEST(AnInvocation, HasItsVerbAndWhatIsBehindIt)
{
    const Invocation invocation =
        read_invocation({"--debug", "--allow-interactive", "run", "--debug", "image"});
    EXPECT_EQ(invocation.verb->name, "run");
    EXPECT_EQ(invocation.arguments, (Arguments{"--debug", "image"}));
    EXPECT_EQ(invocation.global.detail, Detail::debug);
    EXPECT_EQ(invocation.global.interaction, client::Interaction::allowed);
}

TEST(AnInvocation, AsksForNoPasswordUnlessTold)
{
    const Invocation invocation = read_invocation({"ps"});
    EXPECT_EQ(invocation.global.detail, Detail::plain);
    EXPECT_EQ(invocation.global.interaction, client::Interaction::none);
}

TEST(AnInvocation, MayHaveAVerbOfTwoWords)
{
    const Invocation invocation = read_invocation({"image", "ls", "-q"});
    EXPECT_EQ(invocation.verb->name, "image ls");
    EXPECT_EQ(invocation.arguments, Arguments{"-q"});
}

TEST(AnInvocation, MayLeaveOutTheSecondWordOfDns)
{
    EXPECT_EQ(read_invocation({"dns"}).verb->name, "dns ls");
    const Invocation invocation = read_invocation({"dns", "--hosts"});
    EXPECT_EQ(invocation.verb->name, "dns ls");
    EXPECT_EQ(invocation.arguments, Arguments{"--hosts"});
    EXPECT_EQ(read_invocation({"dns", "hosts", "off"}).verb->name, "dns hosts");
    EXPECT_THAT(complaint({"dns", "fly"}), HasSubstr("no such verb: 'dns fly'"));
}

TEST(ARecordsData, IsOneTextOfItsWords)
{
    EXPECT_EQ(record_data("SRV", {"0", "0", "80", "web"}), "0 0 80 web");
    EXPECT_EQ(record_data("srv", {"0 0 80 web"}), "0 0 80 web");
    EXPECT_EQ(record_data("txt", {"one", "two \"words\"", "\\"}), R"("one" "two \"words\"" "\\")");
    EXPECT_EQ(record_data("TXT", {R"("as it" "was")"}), R"("as it" "was")");
    EXPECT_EQ(record_data("TXT", {""}), R"("")");
}

TEST(AnInvocation, KnowsTheSpellingsOfOtherEngines)
{
    EXPECT_EQ(read_invocation({"images"}).verb->name, "image ls");
    EXPECT_EQ(read_invocation({"rmi", "a"}).verb->name, "image rm");
    EXPECT_EQ(read_invocation({"container", "ls"}).verb->name, "ps");
}

TEST(AnInvocation, EndsWithThePayloadsStatusForRunExecAndWaitOnly)
{
    for (const char* verb : {"run", "exec", "wait"})
        EXPECT_EQ(read_invocation({verb}).verb->manner, Manner::payload) << verb;
    for (const char* verb :
         {"ps", "start", "stop", "kill", "rm", "inspect", "logs", "images", "import", "version", "info"})
        EXPECT_EQ(read_invocation({verb}).verb->manner, Manner::plain) << verb;
}

TEST(AnInvocation, WithoutAKnownVerbIsRefused)
{
    EXPECT_THAT(complaint({}), HasSubstr("which verb?"));
    EXPECT_THAT(complaint({"--debug"}), HasSubstr("which verb?"));
    EXPECT_THAT(complaint({"fly"}), HasSubstr("no such verb: 'fly'"));
    EXPECT_THAT(complaint({"image", "fly"}), HasSubstr("no such verb: 'image fly'"));
    EXPECT_THAT(complaint({"image"}), HasSubstr("needs one more word"));
    EXPECT_THAT(complaint({"--fly", "ps"}), HasSubstr("unknown option --fly"));
}

TEST(AnInvocation, ShowsHelpWhereverItIsAskedFor)
{
    for (const Arguments& words : {Arguments{"-h"}, {"--help"}, {"help"}, {"image", "--help"}})
        EXPECT_THAT(help(words), HasSubstr("Verbs:\n  run "));
    EXPECT_THAT(help({"--version"}), ::testing::StartsWith("slipway "));
}

} // namespace
} // namespace slipway::cli
