// SPDX-License-Identifier: LGPL-2.1-or-later
// What OCI resources are in the files of cgroups.
#include "cgroupfs/settings.hpp"

#include <gtest/gtest.h>

namespace slipway::cgroupfs {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::vector<Setting>& settings)
{
    Lines lines;
    for (const Setting& setting : settings)
        lines.push_back(setting.controller + "/" + setting.file + "=" + setting.value);
    return lines;
}

oci::Resources parsed(const std::string& json)
{
    return oci::parse_resources(json).value();
}

TEST(Settings, OfMemoryTakeTheMemoryOutOfTheSwap)
{
    EXPECT_EQ(lines_of(settings_of(parsed(R"({"memory": {"limit": 100, "swap": 300, "reservation": 50}})"))),
              (Lines{"memory/memory.swap.max=200", "memory/memory.max=100", "memory/memory.low=50"}));
    EXPECT_EQ(lines_of(settings_of(parsed(R"({"memory": {"limit": -1, "swap": -1}})"))),
              (Lines{"memory/memory.swap.max=max", "memory/memory.max=max"}));
}

TEST(Settings, OfProcessorsConvertSharesToWeights)
{
    const auto weight = [](const char* shares) {
        return settings_of(parsed(std::string{R"({"cpu": {"shares": )"} + shares + "}}")).at(0).value;
    };
    EXPECT_EQ(weight("2"), "1");
    EXPECT_EQ(weight("1024"), "39");
    EXPECT_EQ(weight("4321"), "165");
    EXPECT_EQ(weight("262144"), "10000");
    EXPECT_EQ(
        lines_of(settings_of(parsed(R"({"cpu": {"quota": 50000, "cpus": "0-1", "mems": "0", "idle": 1}})"))),
        (Lines{"cpu/cpu.idle=1", "cpu/cpu.max=50000 100000", "cpuset/cpuset.cpus=0-1",
               "cpuset/cpuset.mems=0"}));
    EXPECT_EQ(lines_of(settings_of(parsed(R"({"cpu": {"quota": -1, "period": 5000}})"))),
              Lines{"cpu/cpu.max=max 5000"});
}

TEST(Settings, OfPidsHaveNoneForNone)
{
    EXPECT_TRUE(settings_of(parsed(R"({"pids": {"limit": 0}})")).empty());
    EXPECT_EQ(lines_of(settings_of(parsed(R"({"pids": {"limit": -1}})"))), Lines{"pids/pids.max=max"});
    EXPECT_EQ(lines_of(settings_of(parsed(R"({"pids": {"limit": 5}})"))), Lines{"pids/pids.max=5"});
}

TEST(Settings, OfDisksGoByDevice)
{
    EXPECT_EQ(lines_of(settings_of(parsed(R"({"blockIO": {"weight": 10,
        "weightDevice": [{"major": 8, "minor": 0, "weight": 1000}],
        "throttleReadBpsDevice": [{"major": 8, "minor": 1, "rate": 7}],
        "throttleWriteIOPSDevice": [{"major": 8, "minor": 1, "rate": 0}]}})"))),
              (Lines{"io/io.weight=default 1", "io/io.weight=8:0 10000", "io/io.max=8:1 rbps=7",
                     "io/io.max=8:1 wiops=max"}));
}

TEST(Settings, OfTheRest)
{
    const std::vector<Setting> settings = settings_of(
        parsed(R"({"hugepageLimits": [{"pageSize": "2MB", "limit": 4}], "rdma": {"mlx": {"hcaHandles": 3}},
                   "unified": {"memory.high": "9", "cgroup.max.depth": "3"}})"));
    EXPECT_EQ(lines_of(settings), (Lines{"hugetlb/hugetlb.2MB.max=4", "rdma/rdma.max=mlx hca_handle=3",
                                         "/cgroup.max.depth=3", "memory/memory.high=9"}));
    EXPECT_EQ(settings.back().what, "linux.resources.unified.memory.high");
}

TEST(OldSettings, HaveTheFilesOfTheirTime)
{
    EXPECT_EQ(lines_of(old_settings_of(parsed(R"({"memory": {"limit": 100, "swap": 300, "swappiness": 0},
        "cpu": {"shares": 1024, "quota": 5, "period": 1000}, "pids": {"limit": -1},
        "network": {"classID": 7, "priorities": [{"name": "eth0", "priority": 1}]}})"))),
              (Lines{"memory/memory.limit_in_bytes=100", "memory/memory.memsw.limit_in_bytes=300",
                     "memory/memory.swappiness=0", "cpu/cpu.shares=1024", "cpu/cpu.cfs_period_us=1000",
                     "cpu/cpu.cfs_quota_us=5", "pids/pids.max=max", "net_cls/net_cls.classid=7",
                     "net_prio/net_prio.ifpriomap=eth0 1"}));
}

TEST(OldSettings, HaveDevicesTooInTheirOrder)
{
    const Lines lines = lines_of(old_settings_of(parsed(
        R"({"devices": [{"allow": false}, {"allow": true, "type": "c", "major": 10, "access": "r"}]})")));
    ASSERT_GT(lines.size(), 4U);
    EXPECT_EQ(lines[0], "devices/devices.deny=a");
    EXPECT_EQ(lines[1], "devices/devices.allow=c 10:* r");
    EXPECT_EQ(lines.back(), "devices/devices.allow=c 136:* rwm");
}

} // namespace
} // namespace slipway::cgroupfs
