// SPDX-License-Identifier: LGPL-2.1-or-later
// Surroundings: what they come to in the runtime configuration, and which are refused.
#include "engine/container/settings.hpp"
#include "engine/container/surroundings.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

oci::RuntimeConfig config_with(const Surroundings& wish, const Security& security = {})
{
    ContainerSpec spec;
    spec.arguments = {"true"};
    spec.working_directory = "/";
    spec.hostname = "web";
    spec.security = security;
    spec.surroundings = wish;
    return runtime_config(spec);
}

const oci::Mount& mount_at(const oci::RuntimeConfig& config, const std::string& destination)
{
    for (const oci::Mount& mount : config.mounts)
        if (mount.destination == destination)
            return mount;
    throw Failure{ErrorCode::internal, "no mount at " + destination};
}

TEST(Surroundings, AreTheDefaultsWithoutAWish)
{
    const oci::RuntimeConfig config = config_with({});
    EXPECT_FALSE(config.root.readonly);
    EXPECT_THAT(mount_at(config, "/dev/shm").options, Contains("size=65536k"));
    EXPECT_THAT(config.process->rlimits, IsEmpty());
    EXPECT_FALSE(config.process->oom_score_adj);
}

TEST(Surroundings, GoIntoTheConfiguration)
{
    Surroundings wish;
    wish.has_read_only_root = true;
    wish.shm_size = 4096;
    wish.ulimits = {"nofile=10:20", "core=-1", "nproc=5:unlimited"};
    wish.sysctls = {{"kernel.msgmax", "1"}};
    wish.oom_score_adjust = "-5";
    wish.domainname = "fleet";
    EXPECT_NO_THROW(check_surroundings(wish));
    const oci::RuntimeConfig config = config_with(wish);
    EXPECT_TRUE(config.root.readonly);
    EXPECT_THAT(mount_at(config, "/dev/shm").options, Contains("size=4096"));
    EXPECT_THAT(mount_at(config, "/dev/shm").options, Not(Contains("size=65536k")));
    ASSERT_EQ(config.process->rlimits.size(), 3U);
    EXPECT_EQ(config.process->rlimits[0].type, "RLIMIT_NOFILE");
    EXPECT_EQ(config.process->rlimits[0].soft, 10U);
    EXPECT_EQ(config.process->rlimits[0].hard, 20U);
    EXPECT_EQ(config.process->rlimits[1].soft, UINT64_MAX);
    EXPECT_EQ(config.process->rlimits[2].hard, UINT64_MAX);
    EXPECT_EQ(config.process->oom_score_adj, -5);
    EXPECT_EQ(config.linux.sysctl.at("kernel.msgmax"), "1");
    EXPECT_EQ(config.domainname, "fleet");
}

TEST(Surroundings, ShareTheHostsNamespaces)
{
    Surroundings wish;
    wish.host_namespaces = {"ipc", "uts", "pid", "cgroup"};
    const oci::RuntimeConfig config = config_with(wish);
    EXPECT_EQ(config.linux.namespaces.size(), 2U);
    EXPECT_EQ(config.hostname, "");
    EXPECT_EQ(mount_at(config, "/dev/shm").source, "/dev/shm");
    EXPECT_TRUE(oci::parse_runtime_config(oci::to_json(config)));
}

TEST(Surroundings, AreRefusedWithTheReason)
{
    const auto refused = [](auto change, const char* words) {
        Surroundings wish;
        change(wish);
        EXPECT_FAILURE(check_surroundings(wish), ErrorCode::invalid_argument, words);
    };
    refused([](Surroundings& wish) { wish.ulimits = {"files=1"}; }, "ulimit files=1: is NAME=SOFT[:HARD]");
    refused([](Surroundings& wish) { wish.ulimits = {"nofile"}; }, "ulimit nofile: is NAME=SOFT[:HARD]");
    refused([](Surroundings& wish) { wish.ulimits = {"nofile=x"}; }, "a limit is a number");
    refused([](Surroundings& wish) { wish.ulimits = {"nofile=2:1"}; }, "above the hard one");
    refused([](Surroundings& wish) { wish.ulimits = {"core=1", "core=2"}; }, "ulimit core=2: is there twice");
    refused([](Surroundings& wish) { wish.groups = {""}; }, "a group is a name or a number");
    refused([](Surroundings& wish) { wish.oom_score_adjust = "1001"; }, "from -1000 to 1000");
    refused([](Surroundings& wish) { wish.oom_score_adjust = "x"; }, "from -1000 to 1000");
    refused([](Surroundings& wish) { wish.host_namespaces = {"mount"}; }, "cannot be shared");
}

TEST(Surroundings, SurviveTheDatabase)
{
    ContainerSpec spec;
    spec.surroundings.has_read_only_root = true;
    spec.surroundings.ulimits = {"core=0"};
    spec.surroundings.groups = {"mail"};
    spec.surroundings.oom_score_adjust = "7";
    spec.security.is_privileged = true;
    const ContainerSpec again = parse_spec(to_json(spec));
    EXPECT_TRUE(again.surroundings.has_read_only_root);
    EXPECT_EQ(again.surroundings.ulimits, spec.surroundings.ulimits);
    EXPECT_EQ(again.surroundings.groups, spec.surroundings.groups);
    EXPECT_EQ(again.surroundings.oom_score_adjust, "7");
    EXPECT_TRUE(again.security.is_privileged);
}

TEST(Privileges, AreGivenOneByOneOrAllAtOnce)
{
    SecurityWish wish;
    wish.has_new_privileges = true;
    wish.has_open_system_paths = true;
    oci::RuntimeConfig config = config_with({}, complete(wish));
    EXPECT_FALSE(config.process->no_new_privileges);
    EXPECT_THAT(config.linux.masked_paths, IsEmpty());
    EXPECT_THAT(config.linux.readonly_paths, IsEmpty());
    EXPECT_THAT(mount_at(config, "/sys").options, Contains("ro"));

    wish = {};
    wish.is_privileged = true;
    Security security = complete(wish);
    EXPECT_EQ(security.user_namespace, UserNamespace::host);
    EXPECT_EQ(security.capabilities, all_capabilities());
    EXPECT_TRUE(security.is_unconfined);
    config = config_with({}, security);
    EXPECT_THAT(mount_at(config, "/sys").options, Not(Contains("ro")));
    EXPECT_THAT(mount_at(config, "/sys/fs/cgroup").options, Not(Contains("ro")));

    wish.user_namespace = "auto";
    wish.dropped_capabilities = {"NET_RAW"};
    security = complete(wish);
    EXPECT_EQ(security.user_namespace, UserNamespace::own);
    EXPECT_THAT(security.capabilities, Not(Contains("CAP_NET_RAW")));
}

} // namespace
} // namespace slipway::engine
