// SPDX-License-Identifier: LGPL-2.1-or-later
// The defaults of every container: what it sees and what it may.
#include "engine/container/id_ranges.hpp"
#include "engine/container/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

ContainerSpec spec()
{
    ContainerSpec spec;
    spec.arguments = {"sh", "-c"};
    spec.environment = {"A=1"};
    spec.working_directory = "/srv";
    spec.has_terminal = true;
    spec.hostname = "web";
    return spec;
}

TEST(ARuntimeConfig, RunsWhatTheSpecSays)
{
    const oci::RuntimeConfig config = runtime_config(spec());
    const oci::Process process = config.process.value();
    EXPECT_EQ(process.args, spec().arguments);
    EXPECT_EQ(process.env, spec().environment);
    EXPECT_EQ(process.cwd, "/srv");
    EXPECT_TRUE(process.terminal);
    EXPECT_EQ(config.hostname, "web");
}

TEST(ARuntimeConfig, LetsNobodyGainPrivileges)
{
    const oci::Process process = runtime_config(spec()).process.value();
    EXPECT_TRUE(process.no_new_privileges);
    const oci::Capabilities capabilities = process.capabilities.value();
    EXPECT_EQ(capabilities.bounding, capabilities.permitted);
    EXPECT_EQ(capabilities.bounding, capabilities.effective);
    EXPECT_THAT(capabilities.inheritable, IsEmpty());
    EXPECT_THAT(capabilities.ambient, IsEmpty());
    for (const char* dangerous :
         {"CAP_SYS_ADMIN", "CAP_SYS_PTRACE", "CAP_SYS_MODULE", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_MKNOD",
          "CAP_DAC_READ_SEARCH", "CAP_SYS_RAWIO", "CAP_BPF"})
        EXPECT_THAT(capabilities.bounding, Not(Contains(dangerous)));
}

TEST(ARuntimeConfig, HasNamespacesOfItsOwn)
{
    const oci::Linux settings = runtime_config(spec()).linux;
    for (const oci::NamespaceType type :
         {oci::NamespaceType::pid, oci::NamespaceType::network, oci::NamespaceType::ipc,
          oci::NamespaceType::uts, oci::NamespaceType::mount, oci::NamespaceType::cgroup})
    {
        const oci::Namespace* const space = oci::find_namespace(settings, type);
        ASSERT_NE(space, nullptr) << oci::namespace_name(type);
        EXPECT_EQ(space->path, "") << oci::namespace_name(type);
    }
}

TEST(ARuntimeConfig, MapsItsUsersWhereItHasIds)
{
    ContainerSpec mapped = spec();
    mapped.first_host_id = 300000;
    const oci::Linux settings = runtime_config(mapped).linux;
    EXPECT_NE(oci::find_namespace(settings, oci::NamespaceType::user), nullptr);
    for (const auto& mappings : {settings.uid_mappings, settings.gid_mappings}) {
        ASSERT_EQ(mappings.size(), 1U);
        EXPECT_EQ(mappings[0].container_id, 0U);
        EXPECT_EQ(mappings[0].host_id, 300000U);
        EXPECT_EQ(mappings[0].size, ids_per_container);
    }
}

TEST(ARuntimeConfig, IsInTheHostsUserNamespaceWithoutIds)
{
    const oci::Linux settings = runtime_config(spec()).linux;
    EXPECT_EQ(oci::find_namespace(settings, oci::NamespaceType::user), nullptr);
    EXPECT_THAT(settings.uid_mappings, IsEmpty());
    EXPECT_THAT(settings.gid_mappings, IsEmpty());
}

TEST(ARuntimeConfig, ShowsTheKernelsFilesForReadingOnly)
{
    const oci::RuntimeConfig config = runtime_config(spec());
    for (const oci::Mount& mount : config.mounts) {
        EXPECT_THAT(mount.options, Contains("nosuid")) << mount.destination;
        if (mount.destination.starts_with("/sys")) {
            EXPECT_THAT(mount.options, Contains("ro")) << mount.destination;
        }
    }
    EXPECT_THAT(config.linux.masked_paths, Contains("/proc/kcore"));
    EXPECT_THAT(config.linux.masked_paths, Contains("/proc/keys"));
    EXPECT_THAT(config.linux.readonly_paths, Contains("/proc/sys"));
    EXPECT_THAT(config.linux.readonly_paths, Contains("/proc/sysrq-trigger"));
}

TEST(ARuntimeConfig, IsOneThatTheLauncherReads)
{
    ContainerSpec mapped = spec();
    mapped.first_host_id = 300000;
    for (const ContainerSpec& each : {spec(), mapped}) {
        const std::string json = oci::to_json(runtime_config(each));
        EXPECT_EQ(oci::to_json(oci::parse_runtime_config(json).value()), json);
    }
}

} // namespace
} // namespace slipway::engine
