// SPDX-License-Identifier: LGPL-2.1-or-later
// The words of mount options, as mount(8) and the OCI runtime specification have them.
#include "sandbox/mount_options.hpp"

#include <gtest/gtest.h>

#include <sys/mount.h>

namespace slipway::sandbox {
namespace {

TEST(MountOptions, AttributesAreSetAndCleared)
{
    const MountOptions options = parse_mount_options({"ro", "nosuid", "dev"});
    EXPECT_EQ(options.change.set, std::uint64_t{MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID});
    EXPECT_EQ(options.change.clear, std::uint64_t{MOUNT_ATTR_NODEV});
    EXPECT_TRUE(options.recursive_change.is_empty());
}

TEST(MountOptions, TheLaterOfTwoThatContradictCounts)
{
    const MountOptions options = parse_mount_options({"ro", "rw"});
    EXPECT_EQ(options.change.set, 0U);
    EXPECT_EQ(options.change.clear, std::uint64_t{MOUNT_ATTR_RDONLY});
}

TEST(MountOptions, OneWayOfKeepingAccessTimesReplacesTheOther)
{
    const MountOptions options = parse_mount_options({"noatime", "strictatime"});
    EXPECT_EQ(options.change.set, std::uint64_t{MOUNT_ATTR_STRICTATIME});
    // All of the field, or mount_setattr(2) refuses.
    EXPECT_EQ(options.change.clear, std::uint64_t{MOUNT_ATTR__ATIME});
}

TEST(MountOptions, AnRInFrontReachesTheMountsBelow)
{
    const MountOptions options = parse_mount_options({"rro", "rslave"});
    EXPECT_TRUE(options.change.is_empty());
    EXPECT_EQ(options.recursive_change.set, std::uint64_t{MOUNT_ATTR_RDONLY});
    EXPECT_EQ(options.recursive_change.propagation, std::uint64_t{MS_SLAVE});
}

TEST(MountOptions, RelatimeIsNoRecursiveWord)
{
    const MountOptions options = parse_mount_options({"relatime"});
    EXPECT_TRUE(options.recursive_change.is_empty());
    EXPECT_EQ(options.change.clear & MOUNT_ATTR_NOATIME, std::uint64_t{MOUNT_ATTR_NOATIME});
}

TEST(MountOptions, BindsAreOneMountOrAll)
{
    EXPECT_FALSE(parse_mount_options({"ro"}).is_bind);
    EXPECT_EQ(parse_mount_options({"bind"}).depth, kernel::Depth::one);
    const MountOptions all = parse_mount_options({"rbind"});
    EXPECT_TRUE(all.is_bind);
    EXPECT_EQ(all.depth, kernel::Depth::recursive);
}

TEST(MountOptions, TheRestIsTheFileSystems)
{
    const MountOptions options = parse_mount_options({"size=64k", "newinstance", "defaults", "context=a=b"});
    const kernel::MountParameters expected{{"size", "64k"}, {"newinstance", ""}, {"context", "a=b"}};
    EXPECT_EQ(options.parameters, expected);
}

} // namespace
} // namespace slipway::sandbox
