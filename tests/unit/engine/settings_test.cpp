// SPDX-License-Identifier: LGPL-2.1-or-later
// What a container is made of: a caller's wishes and what the image adds, as docker has it.
#include "engine/container/settings.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

using ::testing::Contains;
using ::testing::Not;
using ::testing::StartsWith;
using Words = std::vector<std::string>;

ContainerSettings wishes()
{
    ContainerSettings settings;
    settings.image = "debian:12";
    settings.name = "web";
    return settings;
}

oci::ImageConfig image()
{
    oci::ImageConfig config;
    config.entrypoint = {"/init"};
    config.cmd = {"serve", "-v"};
    return config;
}

TEST(TheArguments, AreTheImagesWhereNothingIsWished)
{
    EXPECT_EQ(complete(wishes(), image()).arguments, (Words{"/init", "serve", "-v"}));
}

TEST(TheArguments, HaveTheWishedCommandInPlaceOfTheImagesCmd)
{
    ContainerSettings settings = wishes();
    settings.command = {"sh", ""};
    EXPECT_EQ(complete(settings, image()).arguments, (Words{"/init", "sh", ""}));
}

TEST(TheArguments, WithAWishedEntrypointLoseTheImagesCmd)
{
    ContainerSettings settings = wishes();
    settings.entrypoint = Words{"sh", "-c"};
    EXPECT_EQ(complete(settings, image()).arguments, (Words{"sh", "-c"}));
    settings.command = {"true"};
    EXPECT_EQ(complete(settings, image()).arguments, (Words{"sh", "-c", "true"}));
}

TEST(TheArguments, AreTheCommandAloneWhereTheEntrypointIsCleared)
{
    ContainerSettings settings = wishes();
    settings.entrypoint = Words{""};
    settings.command = {"true"};
    EXPECT_EQ(complete(settings, image()).arguments, Words{"true"});
}

TEST(TheArguments, KeepAnEmptyOneOfTheEntrypoint)
{
    ContainerSettings settings = wishes();
    settings.entrypoint = Words{"printf", "", "a"};
    EXPECT_EQ(complete(settings, image()).arguments, (Words{"printf", "", "a"}));
}

TEST(TheArguments, MustBeSome)
{
    EXPECT_FAILURE(complete(wishes(), {}), ErrorCode::no_command, "debian:12 names none");
    ContainerSettings settings = wishes();
    settings.entrypoint = Words{""};
    EXPECT_FAILURE(complete(settings, image()), ErrorCode::no_command, "no command");
}

TEST(TheEnvironment, IsTheImagesWithTheWishedOnTop)
{
    oci::ImageConfig config = image();
    config.env = {"AB=0", "A=0", "PATH=/bin"};
    ContainerSettings settings = wishes();
    settings.environment = {"A=1", "C=2=3", "D="};
    EXPECT_EQ(complete(settings, config).environment,
              (Words{"AB=0", "A=1", "PATH=/bin", "C=2=3", "D=", "HOSTNAME=web"}));
}

TEST(TheEnvironment, HasAPathAndTheHostname)
{
    const Words environment = complete(wishes(), image()).environment;
    EXPECT_THAT(environment, Contains("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
    EXPECT_THAT(environment, Contains("HOSTNAME=web"));
    EXPECT_THAT(environment, Not(Contains(StartsWith("TERM="))));
}

TEST(TheEnvironment, NamesATerminalWhereThereIsOne)
{
    ContainerSettings settings = wishes();
    settings.has_terminal = true;
    EXPECT_THAT(complete(settings, image()).environment, Contains("TERM=xterm"));
    settings.environment = {"TERM=vt100"};
    EXPECT_THAT(complete(settings, image()).environment, Not(Contains("TERM=xterm")));
}

TEST(TheEnvironment, RefusesWhatIsNoVariable)
{
    for (const char* variable : {"", "A", "=", "=1"}) {
        ContainerSettings settings = wishes();
        settings.environment = {variable};
        EXPECT_FAILURE(complete(settings, image()), ErrorCode::invalid_argument,
                       "not an environment variable");
    }
}

TEST(ASpec, TakesWhatIsNotWishedFromTheImage)
{
    oci::ImageConfig config = image();
    config.user = "www";
    config.working_dir = "/srv";
    config.stop_signal = "SIGQUIT";
    config.labels = {{"a", "image"}, {"b", "image"}};
    ContainerSettings settings = wishes();
    settings.labels = {{"b", "wish"}, {"c", "wish"}};
    const ContainerSpec spec = complete(settings, config);
    EXPECT_EQ(spec.user, "www");
    EXPECT_EQ(spec.working_directory, "/srv");
    EXPECT_EQ(spec.stop_signal, SIGQUIT);
    EXPECT_EQ(spec.labels,
              (std::map<std::string, std::string>{{"a", "image"}, {"b", "wish"}, {"c", "wish"}}));
}

TEST(ASpec, PrefersWhatIsWishedToTheImage)
{
    oci::ImageConfig config = image();
    config.user = "www";
    config.working_dir = "/srv";
    config.stop_signal = "SIGQUIT";
    ContainerSettings settings = wishes();
    settings.user = "1:2";
    settings.working_directory = "/tmp";
    settings.stop_signal = "INT";
    settings.hostname = "host";
    settings.log_tag = "tag";
    const ContainerSpec spec = complete(settings, config);
    EXPECT_EQ(spec.user, "1:2");
    EXPECT_EQ(spec.working_directory, "/tmp");
    EXPECT_EQ(spec.stop_signal, SIGINT);
    EXPECT_EQ(spec.hostname, "host");
    EXPECT_EQ(spec.log_tag, "tag");
}

TEST(ASpec, HasDefaultsWhereNeitherSaysAnything)
{
    const ContainerSpec spec = complete(wishes(), image());
    EXPECT_EQ(spec.user, "");
    EXPECT_EQ(spec.working_directory, "/");
    EXPECT_EQ(spec.stop_signal, SIGTERM);
    EXPECT_EQ(spec.stop_timeout, default_stop_timeout);
    EXPECT_EQ(spec.hostname, "web");
    EXPECT_EQ(spec.log_tag, "web");
    EXPECT_FALSE(spec.first_host_id);
}

TEST(ASpec, WaitsAYearForAStopAtMost)
{
    ContainerSettings settings = wishes();
    settings.stop_timeout_usec = UINT64_MAX;
    EXPECT_EQ(complete(settings, image()).stop_timeout, std::chrono::hours{365 * 24});
}

TEST(ASpec, RefusesARelativeDirectoryAndAnUnknownSignal)
{
    ContainerSettings settings = wishes();
    settings.working_directory = "srv";
    EXPECT_FAILURE(complete(settings, image()), ErrorCode::invalid_argument, "absolute path: srv");
    settings = wishes();
    settings.stop_signal = "SIGNONE";
    EXPECT_FAILURE(complete(settings, image()), ErrorCode::invalid_argument, "not a signal: SIGNONE");
}

TEST(ASpec, IsReadAsItWasWritten)
{
    ContainerSpec spec{{"sh", ""},   {"A=1"},   "/srv",
                       "web:www",    true,      "host",
                       {{"k", "v"}}, SIGQUIT,   Microseconds{1'500'000},
                       "tag",        {},        {},
                       {},           0x70000000};
    spec.security.user_namespace = UserNamespace::keep;
    spec.security.capabilities = {"CAP_KILL"};
    spec.security.is_unconfined = true;
    spec.security.seccomp.emplace().syscalls = {{{"read"}, oci::SeccompAction::allow, {}, {}}};
    spec.security.devices = {{oci::DeviceType::character, "/dev/fuse", 10, 229, 0666, 0, 0}};
    spec.security.device_rules = {"/dev/fuse rw"};
    const ContainerSpec read = parse_spec(to_json(spec));
    EXPECT_EQ(read.arguments, spec.arguments);
    EXPECT_EQ(read.environment, spec.environment);
    EXPECT_EQ(read.working_directory, spec.working_directory);
    EXPECT_EQ(read.user, spec.user);
    EXPECT_EQ(read.security.user_namespace, UserNamespace::keep);
    EXPECT_EQ(read.security.capabilities, spec.security.capabilities);
    EXPECT_TRUE(read.security.is_unconfined);
    EXPECT_EQ(read.security.seccomp.value().syscalls.at(0).names, std::vector<std::string>{"read"});
    EXPECT_EQ(read.security.devices.at(0).minor, 229U);
    EXPECT_EQ(read.security.device_rules, spec.security.device_rules);
    EXPECT_TRUE(read.has_terminal);
    EXPECT_EQ(read.hostname, spec.hostname);
    EXPECT_EQ(read.labels, spec.labels);
    EXPECT_EQ(read.stop_signal, SIGQUIT);
    EXPECT_EQ(read.stop_timeout, spec.stop_timeout);
    EXPECT_EQ(read.log_tag, spec.log_tag);
    EXPECT_EQ(read.first_host_id, spec.first_host_id);
    spec.first_host_id.reset();
    EXPECT_FALSE(parse_spec(to_json(spec)).first_host_id);
}

TEST(ASpec, WithTextThatIsNotUtf8IsRefused)
{
    ContainerSpec spec;
    spec.arguments = {"\xFF"};
    EXPECT_FAILURE(to_json(spec), ErrorCode::invalid_argument, "not UTF-8");
}

TEST(ASpec, ThatNobodyWroteIsRefused)
{
    EXPECT_ANY_THROW(parse_spec(""));
    EXPECT_ANY_THROW(parse_spec("{}"));
}

TEST(AName, HasLettersDigitsAndSeparators)
{
    for (const std::string& name :
         {std::string{"a"}, std::string{"0"}, std::string{"Web_1.b-c"}, std::string(63, 'a')})
        EXPECT_NO_THROW(check_name(name)) << name;
}

TEST(AName, OfAnyOtherFormIsRefused)
{
    using namespace std::string_literals;
    for (const std::string& name : {""s, "-a"s, ".a"s, "_a"s, ".."s, "a/b"s, "a b"s, "a@b"s, "a\n"s, "ä"s,
                                    "a\0b"s, std::string(64, 'a')})
        EXPECT_FAILURE(check_name(name), ErrorCode::invalid_name, "not a container name");
}

TEST(AName, ThatIsMadeUpIsANameAndAnotherOneEachTime)
{
    const std::string name = make_name();
    EXPECT_NO_THROW(check_name(name));
    EXPECT_THAT(name, ::testing::MatchesRegex("[a-z]+-[a-z]+-[0-9a-f]{4}"));
    EXPECT_NE(make_name() + make_name(), name + name);
}

} // namespace
} // namespace slipway::engine
