// SPDX-License-Identifier: LGPL-2.1-or-later
// Cgroup hierarchies as a host's table of mounts has them.
#include "cgroupfs/hierarchies.hpp"

#include <gtest/gtest.h>

namespace slipway::cgroupfs {
namespace {

TEST(Hierarchies, MayBeOne)
{
    const Hierarchies found =
        parse_hierarchies("30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n");
    EXPECT_TRUE(found.is_unified());
    EXPECT_EQ(found.unified, "/sys/fs/cgroup");
}

TEST(Hierarchies, MayBeMany)
{
    const Hierarchies found =
        parse_hierarchies("1 1 0:1 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
                          "2 1 0:2 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
                          "3 1 0:3 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
                          "4 1 0:4 / /proc rw - proc proc rw\n"
                          "nonsense\n");
    EXPECT_FALSE(found.is_unified());
    EXPECT_EQ(found.old.at("cpu"), "/sys/fs/cgroup/cpu,cpuacct");
    EXPECT_EQ(found.old.at("cpuacct"), "/sys/fs/cgroup/cpu,cpuacct");
    EXPECT_EQ(found.old.at("name=systemd"), "/sys/fs/cgroup/systemd");
    EXPECT_EQ(found.old.size(), 3U);
    EXPECT_EQ(found.unified, "/sys/fs/cgroup/unified");
}

} // namespace
} // namespace slipway::cgroupfs
