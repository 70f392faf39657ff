// SPDX-License-Identifier: LGPL-2.1-or-later
// Docker's words for what is around a payload.
#include "slipway/surroundings.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

client::ContainerSettings settings_of(const std::vector<std::string>& words)
{
    client::ContainerSettings settings;
    SurroundingOptions target;
    Options options{"run", "Runs"};
    add_surrounding_options(options, target, settings);
    options.parse(words);
    apply(target, settings);
    return settings;
}

client::ContainerSettings secured(const std::vector<std::string>& words)
{
    client::ContainerSettings settings;
    apply_security_options(words, settings);
    return settings;
}

template <typename Deed>
std::string usage_error_of(Deed deed)
{
    try {
        deed();
    } catch (const UsageError& error) {
        return error.what();
    }
    return "none";
}

TEST(Surroundings, AreReadFromTheCommandLine)
{
    const client::ContainerSettings settings = settings_of(
        {"--read-only", "--shm-size=1g", "--ulimit", "core=0", "--group-add", "mail", "--sysctl", "net.x=a=b",
         "--oom-score-adj=-5", "--ipc=host", "--pid", "private", "--cgroupns", "host"});
    EXPECT_TRUE(settings.has_read_only_root);
    EXPECT_FALSE(settings.is_privileged);
    EXPECT_EQ(settings.shm_size, std::uint64_t{1} << 30U);
    EXPECT_THAT(settings.ulimits, ElementsAre("core=0"));
    EXPECT_EQ(settings.sysctls.at("net.x"), "a=b");
    EXPECT_EQ(settings.oom_score_adjust, "-5");
    EXPECT_THAT(settings.host_namespaces, ElementsAre("ipc", "cgroup"));
}

TEST(Surroundings, AreRefusedWithTheWordsOfTheCommandLine)
{
    EXPECT_THAT(usage_error_of([] {
                    settings_of({"--shm-size", "0"});
                }),
                HasSubstr("--shm-size takes a size"));
    EXPECT_THAT(usage_error_of([] {
                    settings_of({"--sysctl", "a"});
                }),
                HasSubstr("--sysctl takes KEY=VALUE"));
    EXPECT_THAT(usage_error_of([] {
                    settings_of({"--cgroupns", "x"});
                }),
                HasSubstr("--cgroupns takes private or host"));
}

TEST(SecurityOptions, AreDockers)
{
    EXPECT_EQ(secured({"seccomp=unconfined"}).seccomp, "unconfined");
    EXPECT_FALSE(secured({"no-new-privileges"}).has_new_privileges);
    EXPECT_FALSE(secured({"no-new-privileges:true"}).has_new_privileges);
    EXPECT_TRUE(secured({"no-new-privileges=false"}).has_new_privileges);
    EXPECT_TRUE(secured({"systempaths=unconfined"}).has_open_system_paths);
    EXPECT_NO_THROW(secured({"apparmor=unconfined", "label=disable"}));
    for (const char* bad :
         {"", "x", "seccomp=", "no-new-privileges=maybe", "systempaths=x", "apparmor=mine", "label=type:x"})
        EXPECT_THAT(usage_error_of([bad] { secured({bad}); }), HasSubstr("--security-opt takes")) << bad;
}

} // namespace
} // namespace slipway::cli
