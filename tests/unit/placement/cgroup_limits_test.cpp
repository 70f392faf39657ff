// SPDX-License-Identifier: LGPL-2.1-or-later
// Limits by systemd's names, as both kinds of cgroups have them.
#include "base/failure.hpp"
#include "cgroupfs/settings.hpp"
#include "placement/cgroup_limits.hpp"
#include "placement/placement.hpp"

#include <gtest/gtest.h>

namespace slipway::placement {
namespace {

using Written = std::map<std::string, std::string>;

Written written(const std::vector<cgroupfs::Setting>& settings)
{
    Written files;
    for (const cgroupfs::Setting& setting : settings)
        files[setting.file] = setting.value;
    return files;
}

const std::map<std::string, std::uint64_t> usual{{"MemoryMax", 64U << 20U},
                                                 {"MemorySwapMax", 1U << 20U},
                                                 {"CPUQuotaPerSecUSec", 1'500'000},
                                                 {"CPUWeight", 200},
                                                 {"IOWeight", 500},
                                                 {"TasksMax", 30}};

TEST(CgroupLimits, AreFilesOfTheUnifiedHierarchy)
{
    EXPECT_EQ(written(cgroupfs::settings_of(cgroup_resources(usual, CgroupKind::unified))),
              (Written{{"memory.max", "67108864"},
                       {"memory.swap.max", "1048576"},
                       {"cpu.max", "150000 100000"},
                       {"cpu.weight", "200"},
                       {"io.weight", "default 500"},
                       {"pids.max", "30"}}));
    EXPECT_EQ(written(cgroupfs::settings_of(cgroup_resources(
                  {{"MemoryMax", UINT64_MAX}, {"CPUQuotaPerSecUSec", UINT64_MAX}}, CgroupKind::unified))),
              (Written{{"memory.max", "max"}, {"cpu.max", "max 100000"}}));
}

TEST(CgroupLimits, AreWhatTheOldHierarchiesHave)
{
    const Written files = written(cgroupfs::old_settings_of(cgroup_resources(usual, CgroupKind::old)));
    EXPECT_EQ(files.at("memory.limit_in_bytes"), "67108864");
    EXPECT_EQ(files.at("memory.memsw.limit_in_bytes"), "68157440"); // the sum
    EXPECT_EQ(files.at("cpu.cfs_quota_us"), "150000");
    EXPECT_EQ(files.at("cpu.shares"), "2048");
    EXPECT_EQ(files.at("pids.max"), "30");
}

TEST(CgroupLimits, RefuseWhatTheOldHierarchiesHaveNot)
{
    EXPECT_THROW(cgroup_resources({{"MemoryHigh", 1}}, CgroupKind::old), Failure);
    EXPECT_THROW(cgroup_resources({{"MemorySwapMax", 1}}, CgroupKind::old), Failure);
    EXPECT_THROW(cgroup_resources({{"Weird", 1}}, CgroupKind::unified), Failure);
}

TEST(CgroupLimits, ForbidAllDevicesButThoseNamed)
{
    EXPECT_TRUE(device_rules({}).empty());
    const std::vector<oci::DeviceRule> rules = device_rules({"/dev/null r"});
    ASSERT_EQ(rules.size(), 2U);
    EXPECT_FALSE(rules[0].allow);
    EXPECT_TRUE(rules[1].allow);
    EXPECT_EQ(rules[1].major, 1);
    EXPECT_EQ(rules[1].minor, 3);
    EXPECT_EQ(rules[1].access, "r");
    EXPECT_THROW(device_rules({"/dev/no-such-device rw"}), Failure);
}

TEST(UnitNames, TellWhoseTheyAre)
{
    EXPECT_EQ(container_of("slipway-web.scope"), "web");
    EXPECT_EQ(container_of("slipway/web"), "web");
    EXPECT_EQ(container_of("slipway/slipway-shop.slice/web"), "web");
    EXPECT_EQ(container_of("other.service"), "");
}

} // namespace
} // namespace slipway::placement
