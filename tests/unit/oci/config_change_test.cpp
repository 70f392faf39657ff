// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes to an image's configuration as lines of a Dockerfile.
#include "oci/config_change.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

using Words = std::vector<std::string>;
using Labels = std::map<std::string, std::string>;

ImageConfig changed(const std::vector<std::string>& changes, ImageConfig config = {})
{
    for (const std::string& change : changes)
        apply_change(config, change);
    return config;
}

TEST(AChange, OfACommandInJsonIsItsWords)
{
    EXPECT_EQ(changed({R"(CMD ["sh", "-c", "a b"])"}).cmd, (Words{"sh", "-c", "a b"}));
    EXPECT_EQ(changed({R"(ENTRYPOINT ["/init"])"}).entrypoint, Words{"/init"});
}

TEST(AChange, OfACommandInAnythingElseIsALineForAShell)
{
    EXPECT_EQ(changed({"CMD echo 'a  b'"}).cmd, (Words{"/bin/sh", "-c", "echo 'a  b'"}));
    EXPECT_EQ(changed({"ENTRYPOINT [ -f x ]"}).entrypoint, (Words{"/bin/sh", "-c", "[ -f x ]"}));
    EXPECT_EQ(changed({"CMD [1]"}).cmd, (Words{"/bin/sh", "-c", "[1]"}));
}

TEST(AChange, ToNoWordsClearsACommand)
{
    ImageConfig config;
    config.cmd = {"sh"};
    EXPECT_EQ(changed({"CMD []"}, config).cmd, Words{});
}

TEST(AChange, MayHaveItsKeywordInAnyCaseAndAnEqualsSign)
{
    EXPECT_EQ(changed({"cmd=[\"sh\"]"}).cmd, Words{"sh"});
    EXPECT_EQ(changed({"  User\tweb  "}).user, "web");
    EXPECT_EQ(changed({"env=A=1"}).env, Words{"A=1"});
}

TEST(AChange, OfTheEnvironmentReplacesTheSameVariableOnly)
{
    ImageConfig config;
    config.env = {"AB=0", "A=0"};
    EXPECT_EQ(changed({"ENV A=1 C=2"}, config).env, (Words{"AB=0", "A=1", "C=2"}));
}

TEST(AChange, OfTheEnvironmentKnowsQuotesAsAShellDoes)
{
    EXPECT_EQ(changed({R"(ENV A="b c" D='e "f"' G=h\ i J=)"}).env,
              (Words{"A=b c", "D=e \"f\"", "G=h i", "J="}));
    EXPECT_EQ(changed({R"(ENV A="b\"c" D="e\\f" G='h\i')"}).env, (Words{"A=b\"c", "D=e\\f", "G=h\\i"}));
}

TEST(AChange, KeepsABackslashBetweenDoubleQuotesThatEscapesNothing)
{
    EXPECT_EQ(changed({R"(ENV A="b\cd")"}).env, Words{R"(A=b\cd)"});
}

TEST(AChange, OfTheEnvironmentInTheOldFormTakesTheRestOfTheLine)
{
    EXPECT_EQ(changed({"ENV A b=c  d"}).env, Words{"A=b=c  d"});
    EXPECT_EQ(changed({"ENV A it's"}).env, Words{"A=it's"});
}

TEST(AChange, OfLabelsAddsAndReplaces)
{
    ImageConfig config;
    config.labels = {{"a", "0"}, {"z", "9"}};
    EXPECT_EQ(changed({R"(LABEL a=1 "b"="2 3")"}, config).labels,
              (Labels{{"a", "1"}, {"b", "2 3"}, {"z", "9"}}));
    EXPECT_EQ(changed({"LABEL old form"}).labels, (Labels{{"old", "form"}}));
}

TEST(AChange, MayHaveBlanksInAQuotedLabelsName)
{
    EXPECT_EQ(changed({R"(LABEL "a b"="c d")"}).labels, (Labels{{"a b", "c d"}}));
}

TEST(AChange, OfPortsKnowsProtocolsAndRanges)
{
    EXPECT_EQ(changed({"EXPOSE 80 53/udp 7000-7002/sctp"}).exposed_ports,
              (std::set<std::string>{"80/tcp", "53/udp", "7000/sctp", "7001/sctp", "7002/sctp"}));
    EXPECT_EQ(changed({"EXPOSE 65535 1"}).exposed_ports, (std::set<std::string>{"1/tcp", "65535/tcp"}));
}

TEST(AChange, OfTheStopSignalIsKeptByName)
{
    EXPECT_EQ(changed({"STOPSIGNAL 9"}).stop_signal, "SIGKILL");
    EXPECT_EQ(changed({"STOPSIGNAL quit"}).stop_signal, "SIGQUIT");
    EXPECT_EQ(changed({"STOPSIGNAL SIGRTMIN+3"}).stop_signal, "SIGRTMIN+3");
}

TEST(AChange, OfVolumesAddsThem)
{
    EXPECT_EQ(changed({R"(VOLUME ["/a b"])", "VOLUME /c /d"}).volumes,
              (std::set<std::string>{"/a b", "/c", "/d"}));
}

TEST(AChange, OfTheWorkingDirectoryMayBeRelative)
{
    EXPECT_EQ(changed({"WORKDIR /a", "WORKDIR b"}).working_dir, "/a/b");
    EXPECT_EQ(changed({"WORKDIR b"}).working_dir, "/b");
    EXPECT_EQ(changed({"WORKDIR /a", "WORKDIR '/b c'"}).working_dir, "/b c");
}

TEST(AChange, SetsAHealthcheck)
{
    const Healthcheck check =
        changed({"HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=2h --start-interval=500ms "
                 "--retries=3 CMD curl -f http://localhost || exit 1"})
            .healthcheck.value();
    EXPECT_EQ(check.test, (std::vector<std::string>{"CMD-SHELL", "curl -f http://localhost || exit 1"}));
    EXPECT_EQ(check.interval, 90'000'000'000U);
    EXPECT_EQ(check.timeout, 1'500'000'000U);
    EXPECT_EQ(check.start_period, 7'200'000'000'000U);
    EXPECT_EQ(check.start_interval, 500'000'000U);
    EXPECT_EQ(check.retries, 3U);
    EXPECT_EQ(changed({R"(HEALTHCHECK cmd ["a", "b c"])"}).healthcheck.value().test,
              (std::vector<std::string>{"CMD", "a", "b c"}));
    EXPECT_EQ(changed({"HEALTHCHECK none"}).healthcheck.value().test, std::vector<std::string>{"NONE"});
    const ImageConfig config =
        changed({"HEALTHCHECK --retries=1 CMD x", "ONBUILD RUN a  b", "ONBUILD COPY . /"});
    EXPECT_EQ(config.on_build, (std::vector<std::string>{"RUN a  b", "COPY . /"}));
    EXPECT_EQ(parse_image_config(to_json(config)).value(), config);
}

struct Refused {
    std::string change;
    std::string reason;
};

class ARefusedChange : public ::testing::TestWithParam<Refused> {};

TEST_P(ARefusedChange, SaysWhyAndChangesNothing)
{
    ImageConfig config;
    config.env = {"A=0"};
    const ImageConfig before = config;
    EXPECT_FAILURE(apply_change(config, GetParam().change), ErrorCode::invalid_argument, GetParam().reason);
    EXPECT_EQ(config, before);
}

INSTANTIATE_TEST_SUITE_P(
    Each, ARefusedChange,
    ::testing::Values(
        Refused{"", "unknown change \"\""}, Refused{"RUN true", "unknown change \"RUN\""},
        Refused{"CMD", "CMD needs an argument"}, Refused{"env= ", "ENV needs an argument"},
        Refused{"ENV A", "ENV needs NAME=VALUE, not: A"},
        Refused{"ENV A=1 B", "ENV needs NAME=VALUE, not: B"},
        Refused{"LABEL =1", "LABEL needs NAME=VALUE, not: =1"}, Refused{"ENV A='b", "a quote is not closed"},
        Refused{"EXPOSE 0", "from 1 to 65535"}, Refused{"EXPOSE 65536", "from 1 to 65535"},
        Refused{"EXPOSE http", "from 1 to 65535"}, Refused{"EXPOSE 80x", "from 1 to 65535"},
        Refused{"EXPOSE -1", "from 1 to 65535"}, Refused{"EXPOSE 80/icmp", "tcp, udp and sctp"},
        Refused{"EXPOSE 81-80", "the lower port first"}, Refused{"STOPSIGNAL SIGNONE", "not a signal"},
        Refused{"STOPSIGNAL 0", "not a signal"}, Refused{"USER a b", "USER needs one"},
        Refused{"VOLUME a", "absolute paths"}, Refused{"HEALTHCHECK CMD", "HEALTHCHECK needs CMD"},
        Refused{"HEALTHCHECK NONE x", "HEALTHCHECK needs CMD"},
        Refused{"HEALTHCHECK --interval=5 CMD x", "needs a duration"},
        Refused{"HEALTHCHECK --interval=s CMD x", "needs a duration"},
        Refused{"HEALTHCHECK --timeout CMD x", "needs a duration"},
        Refused{"HEALTHCHECK --interval=1ns CMD x", "needs a duration"},
        Refused{"HEALTHCHECK --interval=9999999h CMD x", "needs a duration"},
        Refused{"HEALTHCHECK --retries=-1 CMD x", "needs a number"},
        Refused{"HEALTHCHECK --every=1s CMD x", "no option --every"},
        Refused{"ONBUILD ONBUILD RUN x", "cannot have"}, Refused{"ONBUILD from x", "cannot have"},
        Refused{"WORKDIR a b", "WORKDIR needs one path"}, Refused{"ENV A=\xFF", "UTF-8"},
        Refused{std::string{"USER a\0b", 8}, "NUL character"},
        Refused{R"(CMD ["a\u0000b"])", "NUL character"},
        Refused{R"(VOLUME ["/a\u0000b"])", "NUL character"}));

} // namespace
} // namespace slipway::oci
